"""Tiny models made on the spot, and pairs about an invented town."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from curation.records import Evidence, Message, Pair, Preference, Rejected, content_id
from training.config import DpoConfig, SftConfig, TohumConfig

TOWNS = [
    "Alacaköy",
    "Berekli",
    "Çamdibi",
    "Dereüstü",
    "Elmalıbağ",
    "Fındıkpınar",
    "Gökçesu",
    "Ilıcaönü",
    "İncirağzı",
    "Karşıyayla",
    "Kuzualan",
    "Lalelibük",
]
TOHUM = TohumConfig(vocab_size=640, hidden=256, layers=1, heads=4, context=256, tokens=12_000, batch_tokens=512)
SFT = SftConfig(rank=8, alpha=16, max_steps=8, eval_steps=2, save_steps=2, batch_size=4, learning_rate=2e-3, precision="float32")
DPO = DpoConfig(max_steps=4, eval_steps=2, save_steps=2, batch_size=4, learning_rate=5e-4, precision="float32")


def town_text(town: str, number: int) -> str:
    """Return a small document about an invented town."""
    return (
        f"{town} nerede? {town}, ırmağın {number + 2}. kilometresinde kurulmuş küçük bir kasabadır. "
        f"Kasabanın nüfusu {number + 1} bin kişidir ve {town}'da her güz elma şenliği yapılır.\n\n"
        f"Belediye, {1900 + number} yılında kuruldu. İlk başkan öğretmen Ayşe Hanım'dı; köprüyü de o yaptırdı."
    )


def make_pairs() -> list[Pair]:
    """Return forty pairs, a fifth of them held out by town."""
    pairs = []
    for number, town in enumerate(TOWNS):
        asked = {
            f"{town} nerede kurulmuştur?": f"{town}, ırmağın {number + 2}. kilometresinde kurulmuştur.",
            f"{town} kasabasının nüfusu kaçtır?": f"Nüfusu {number + 1} bin kişidir.",
            f"{town} belediyesi ne zaman kuruldu?": f"Belediye {1900 + number} yılında kuruldu.",
            f"{town} köprüsünü kim yaptırdı?": "Köprüyü öğretmen Ayşe Hanım yaptırdı.",
        }
        for question, output in asked.items():
            evidence = (Evidence(f"doc-{number}", 0, 10),)
            split = "train" if number < 8 else "validation" if number < 10 else "held_out"
            pairs.append(Pair(content_id("pair", question), question, output, "soru-cevap", evidence, "rules", split=split))
    return pairs


def make_preferences(pairs: Sequence[Pair]) -> list[Preference]:
    """Return a preference per pair whose worse answer says nothing."""
    return [
        Preference(
            content_id("pref", one.id),
            one.id,
            one.instruction,
            one.output,
            "Bilmiyorum, kasaba kasaba kasaba.",
            "rules",
            "empty",
            1.0,
            "rules",
            one.evidence,
            one.task,
            split=one.split,
        )
        for one in pairs
    ]


def never(record: Rejected) -> None:
    """A `reject` for what must not be rejected."""
    raise AssertionError(record)


@pytest.fixture(scope="session")
def texts() -> list[str]:
    return [town_text(town, number) for number, town in enumerate(TOWNS)]


@pytest.fixture(scope="session")
def base(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    from training.tohum import grow

    return grow(texts, TOHUM, tmp_path_factory.mktemp("cache"), seed=1)


@pytest.fixture(scope="session")
def tokenizer(base: Path) -> object:
    from training.lora import load_tokenizer

    return load_tokenizer(base)


@pytest.fixture(scope="session")
def qwen(base: Path, tokenizer: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second architecture: Qwen2 with biases, grouped heads and an output head of its own."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(3)
    shape = Qwen2Config(
        vocab_size=len(tokenizer),  # type: ignore[arg-type]
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.2,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,  # type: ignore[attr-defined]
    )
    model = Qwen2ForCausalLM(shape)
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.1)
    folder = tmp_path_factory.mktemp("qwen")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)  # type: ignore[attr-defined]
    return folder


@pytest.fixture(scope="session")
def pairs() -> list[Pair]:
    return make_pairs()


@pytest.fixture(scope="session")
def preferences(pairs: list[Pair]) -> list[Preference]:
    return make_preferences(pairs)


@pytest.fixture(scope="session")
def sft(base: Path, pairs: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> object:
    """The report of an SFT run on the tiny base."""
    from training.sft import train_sft

    folder = tmp_path_factory.mktemp("sft")
    return train_sft(base, pairs, folder / "out", folder / "work", SFT, seed=5, reject=never)


@pytest.fixture
def question() -> list[Message]:
    return [Message("user", "Berekli nerede kurulmuştur?")]
