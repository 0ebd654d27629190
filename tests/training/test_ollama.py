import re
from typing import Any

import pytest

from curation.errors import ArtifactError
from curation.records import Message
from training.chat import render
from training.export.ollama import Frame, frame_of, go_template, modelfile, stops_of

TALKS = [
    [Message("user", "Merhaba")],
    [Message("system", "Kısa yaz."), Message("user", "Kaç?\n\n{{ .Ad }}")],
    [Message("user", "a"), Message("assistant", "b"), Message("user", "c")],
    [Message("system", "s"), Message("user", "a"), Message("assistant", "b"), Message("user", "c")],
]
TEMPLATES = {
    "zephyr": "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}</s>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
    "default system": (
        "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nYardımcısın.<|im_end|>\n{% endif %}{% for m in messages %}"
        "<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    ),
}


def parse(text: str) -> dict[str, list[str]]:
    """Read a Modelfile: one instruction per line, or until the closing triple quotes."""
    found: dict[str, list[str]] = {}
    pattern = re.compile(
        r'^(FROM|TEMPLATE|SYSTEM|PARAMETER (?:stop|num_ctx)) (?:"""(.*?)"""|"([^"\n]*)"|([^"\n]*))\n', re.DOTALL | re.MULTILINE
    )
    place = 0
    while place < len(text):
        match = pattern.match(text, place)
        assert match, text[place : place + 80]
        found.setdefault(match[1], []).append(next(one for one in match.groups()[1:] if one is not None))
        place = match.end()
    return found


def go(template: str, messages: list[Message]) -> str:
    """Run the corner of Go's template language that a Modelfile of ours uses."""
    opening = re.match(r'\{\{ if ne \(index \.Messages 0\)\.Role "system" \}\}(.*?)\{\{ end \}\}', template, re.DOTALL)
    out = opening[1] if opening and messages[0].role != "system" else ""
    rest = template[opening.end() :] if opening else template
    loop = re.fullmatch(r"\{\{ range \.Messages \}\}(.*)\{\{ end \}\}\{\{ end \}\}(.*)", rest, re.DOTALL)
    assert loop
    branches = re.split(r'\{\{ (?:else )?if eq \.Role "(\w+)" \}\}', loop[1])[1:]
    by_role = dict(zip(branches[::2], branches[1::2], strict=True))
    return out + "".join(by_role[m.role].replace("{{ .Content }}", m.content) for m in messages) + loop[2]


def with_template(tokenizer: Any, template: str) -> Any:
    import copy

    other = copy.deepcopy(tokenizer)
    other.chat_template = template
    return other


@pytest.mark.parametrize("messages", TALKS)
def test_the_go_template_writes_what_the_training_template_writes(tokenizer: Any, messages: list[Message]) -> None:
    assert go(go_template(frame_of(tokenizer)), messages) == render(tokenizer, messages, ask=True)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("messages", TALKS)
def test_other_templates_are_taken_apart_too(tokenizer: Any, name: str, messages: list[Message]) -> None:
    other = with_template(tokenizer, TEMPLATES[name])
    assert go(go_template(frame_of(other)), messages) == render(other, messages, ask=True)


@pytest.mark.parametrize(
    "template",
    [
        "{% for m in messages %}[{{ m['content'] | trim | upper }}]{% endfor %}",
        "{% for m in messages %}{{ loop.index }}: {{ m['content'] }}\n{% endfor %}",
    ],
)
def test_a_template_that_is_no_frame_is_refused(tokenizer: Any, template: str) -> None:
    with pytest.raises(ArtifactError, match="cannot be written for Ollama"):
        frame_of(with_template(tokenizer, template))


def test_the_modelfile_says_everything_ollama_would_guess(tokenizer: Any) -> None:
    frame = frame_of(tokenizer)
    text = modelfile("model-Q4_K_M.gguf", frame, stops_of(tokenizer, frame), num_ctx=512, system='Türkçe "kısa" yanıt ver.')
    assert parse(text) == {
        "FROM": ["./model-Q4_K_M.gguf"],
        "TEMPLATE": [go_template(frame)],
        "SYSTEM": ['Türkçe "kısa" yanıt ver.'],
        "PARAMETER num_ctx": ["512"],
        "PARAMETER stop": ["<|im_end|>", "<|im_start|>", "<|endoftext|>"],
    }


def test_a_system_message_that_cannot_be_quoted_is_refused(tokenizer: Any) -> None:
    with pytest.raises(ArtifactError, match="Modelfile"):
        modelfile("m.gguf", frame_of(tokenizer), [], num_ctx=512, system='üç """ tırnak')


def test_braces_in_a_template_are_refused() -> None:
    with pytest.raises(ArtifactError, match="keeps for itself"):
        go_template(Frame({"user": "{{", "system": "", "assistant": ""}, {"user": "", "system": "", "assistant": ""}, "", ""))
