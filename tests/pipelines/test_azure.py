"""Azure's dialect: a version in every request, the key in a header of its own, and no batches at a deployment's address."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from curation.errors import RecipeError
from curation.records import Message
from pipelines.check import checked
from pipelines.models.body import request_body
from pipelines.models.config import OpenAIConfig
from pipelines.models.estimate import key_of
from pipelines.models.openai_server import OpenAIModel
from synthesis.prompt import Prompt
from tests.pipelines.conftest import Server

PROMPT = Prompt("q", "deneme", {}, (Message("user", "Azure sorusu"),), seed=1)


def config(base_url: str, api_version: str, **keys: str) -> OpenAIConfig:
    return OpenAIConfig(kind="openai", base_url=base_url, api_version=api_version, api_key_env="IMBIK_TEST_KEY", **({"name": "m"} | keys))  # type: ignore[arg-type]


def test_the_key_goes_out_in_azures_header_alone(chat_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked() -> None:
        model = OpenAIModel(config(chat_server.base_url, "2024-10-21"))
        assert not (await model.complete(PROMPT)).failure
        await model.close()

    monkeypatch.setenv("IMBIK_TEST_KEY", "gizli-anahtar")
    asyncio.run(asked())
    names = {name.lower() for name in chat_server.seen()["bodies"][-1]["_headers"]}
    assert "api-key" in names
    assert "authorization" not in names


def test_another_version_makes_another_key_and_none_the_same_as_ever() -> None:
    address = "http://localhost/v1"
    keys = [key_of(config(address, version), {})(PROMPT) for version in ("", "2023-05-15", "2024-10-21")]
    assert len(set(keys)) == 3
    for version, key in zip(("", "2023-05-15", "2024-10-21"), keys, strict=True):
        model = OpenAIModel(config(address, version))
        assert model.key(PROMPT) == key
        asyncio.run(model.close())


def test_batches_at_a_deployments_address_are_a_mistake_in_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistakes(keys: str) -> dict[str, str]:
        recipe = tmp_path / "tarif.yaml"
        recipe.write_text(
            f"name: a\ncurate: {{inputs: [yok.txt]}}\npairs: {{model: {{kind: openai, name: m, {keys}}}}}\n", encoding="utf-8"
        )
        with pytest.raises(RecipeError) as caught:
            checked(recipe)
        return {one.key: one.allowed for one in caught.value.mistakes}

    monkeypatch.setenv("OPENAI_API_KEY", "gizli-anahtar")
    at = "base_url: https://ornek.openai.azure.com/openai"
    assert "no `api_version`" in mistakes(f"{at}/deployments/m, api_version: '2024-10-21', mode: batch")["pairs.model.mode"]
    assert "pairs.model.mode" not in mistakes(f"{at}/deployments/m, api_version: '2024-10-21'")
    assert "pairs.model.mode" not in mistakes(f"{at}/v1, mode: batch")


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("o4-mini", "max_completion_tokens"),
        ("ft:o4-mini-2025-04-16:kurum::abc", "max_completion_tokens"),
        ("ft:gpt-4o-mini:kurum::abc", "max_tokens"),
    ],
)
def test_a_fine_tuned_model_is_asked_as_the_one_it_comes_from(name: str, limit: str) -> None:
    body = request_body(config("http://localhost/v1", "", name=name), PROMPT, "")
    assert {"max_tokens", "max_completion_tokens"} & set(body) == {limit}
