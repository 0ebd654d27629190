"""Programming problems about what a passage holds: an instruction, a solution in Python, and the tests that it was seen to pass."""

from __future__ import annotations

import builtins
import re
import textwrap
from collections.abc import Mapping
from typing import Final

from synthesis import checks, claims
from synthesis.code_blocks import code_in, fenced, outside, prose
from synthesis.config import CodeConfig
from synthesis.drafts import Draft, Refusal, text_of, texts_of
from synthesis.passages import Passage
from synthesis.prompt import Prompt
from synthesis.readers.reasoned import rests_on
from synthesis.replies import Item
from synthesis.sandbox.proof import prove
from synthesis.sandbox.source import exports, parsed

_CALL: Final = re.compile(r"\b\w+\([^()\n]*\)")
_TEXT_AS_DATA: Final = re.compile(r"\b(?:[Bb]ir|[Vv]erilen|[Gg]irilen|[Aa]lınan|[Bb]oş) (?:metin|paragraf)\w*")
# Nothing, one, two places behind the comma, per cent; and what Python calls its things.
_CONVENTIONS: Final = " ".join(
    ["0 1 2 100 Python True False None"]
    + [name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)]
)


def limit_fields(config: CodeConfig) -> Mapping[str, str]:
    """Return the fields that tell a model which modules it may import, and the reader what the sandbox allows."""
    return {"moduller": ", ".join(config.imports), "sinirlar": config.model_dump_json()}


def read_code(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a programming problem that rests on the passage, with its solution as the answer, proven by tests that find mistakes out."""
    instruction, written = text_of(item, "yonerge"), _joined(item, "cozum")
    solution = _bare(code_in(written) or written)
    told = text_of(item, "aciklama") or (outside(written) if code_in(written) else "")
    tests = _tests(item)
    if not (instruction and solution and tests):
        return Refusal("missing_key", "yonerge, cozum, testler, kanit")
    grounded = _grounded(passage, texts_of(item, "kanit"), instruction, told, solution)
    if isinstance(grounded, Refusal):
        return grounded
    alone = prompt.fields["baglam"] == "none"
    asked = _TEXT_AS_DATA.sub("dizgi", prose(instruction))
    reason = (
        (checks.self_contained(asked, question_only=False) if alone else None)
        or checks.length(instruction, min_words=6, max_words=200)
        or checks.length(told or "-", min_words=1, max_words=150)
    )
    if reason:
        return Refusal(reason, instruction)
    proven = prove(solution, tests, CodeConfig.model_validate_json(prompt.fields["sinirlar"]))
    if isinstance(proven, Refusal):
        return proven
    output = "\n\n".join(filter(None, (told, fenced(solution))))
    return Draft(instruction, output, grounded, "" if alone else passage.text, tests=proven)


def _grounded(passage: Passage, quotes: list[str], instruction: str, told: str, solution: str) -> tuple[tuple[int, int], ...] | Refusal:
    """The places of the quotes; what the instruction claims outside of code stands in the passage, what is told of the solution there or in the solution."""
    tree = parsed(solution)
    names = f"{_CONVENTIONS} {' '.join(exports(tree) if tree else ())}"
    asked = _CALL.sub("", prose(instruction))
    places = rests_on(passage, quotes, asked, besides=names)
    if isinstance(places, Refusal):
        return places
    if checks.shared_stems(instruction, f"{passage.title}\n{' '.join(passage.text[start:end] for start, end in places)}") < 1:
        return Refusal("off_topic", instruction)
    astray = claims.unsupported(_CALL.sub("", prose(told)), f"{passage.title}\n{passage.text}\n{names}\n{solution}\n{asked}")
    return Refusal("claims_not_in_text", ", ".join(astray)) if astray else places


def _tests(item: Item) -> str:
    """The tests as one text: a list of whole tests or of their lines, in fences or not."""
    entries = item.get("testler")
    texts = [one for one in (entries if isinstance(entries, list) else [entries]) if isinstance(one, str)]
    codes = [code_in(one) or one for one in texts]
    lines = _bare("\n".join(codes))
    return lines if parsed(lines) else "\n".join(map(_bare, codes))


def _joined(item: Item, key: str) -> str:
    value = item.get(key)
    return "\n".join(one for one in value if isinstance(one, str)) if isinstance(value, list) else value if isinstance(value, str) else ""


def _bare(code: str) -> str:
    """Code without the empty lines around it and the indentation before all of it."""
    return textwrap.dedent(code.replace("\r\n", "\n").replace("\r", "\n")).strip("\n").rstrip()
