"""The embedded writer of worse answers: an answer and its passage in, one certainly worse answer of a given kind out, or a doubt."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from alignment import phrasing, swaps
from alignment.case import Case, asked_for, case_of, sentence_texts, stems
from alignment.checks import fault, finite
from alignment.kinds import KindName
from curation.turkish import lower
from synthesis.prompt import Prompt

TASK = "bozuk-cevap"

_LEANS_ON_BEFORE = re.compile(
    r"^(?:bu|o|onu|onun|bunu|bunun|bunlar|onlar|şu|ancak|oysa|ama|fakat|ayrıca|yine|ardından|böylece|bunda|üstelik|ise|çünkü|nitekim|"
    r"böyle|öyle|orada|burada|ikinci|üçüncü|ikincisi|sonra|hatta)\b"
)
_OPEN_QUESTION = re.compile(r"\b(?:neden|niçin|niye|nasıl|ne için)\b")
_MARK = re.compile(r"[\"”’.!?…:;\s]+$")
_LEAST_WORDS = 6  # a shorter answer cannot lose a quarter and still read as one that was cut


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a kind cannot be made certainly worse of this pair."""

    reason: str


Maker = Callable[[Case, random.Random], str | Doubt]


def write(prompt: Prompt) -> str:
    """Return the worse answer that `prompt` asks for as JSON `{"cevap", "tur", "not"}`, or `{"suphe": reason}`."""
    kind: KindName = prompt.fields["tur"]  # type: ignore[assignment]
    case = case_of(prompt.fields)
    made = _MAKERS[kind][0](case, random.Random(prompt.id))
    if isinstance(made, str):
        found = fault(kind, case, made)
        made = made if found is None else Doubt(found.reason)
    reply = {"suphe": made.reason} if isinstance(made, Doubt) else {"cevap": made, "tur": kind, "not": _MAKERS[kind][1]}
    return json.dumps(reply, ensure_ascii=False)


def _other_entity(case: Case, rng: random.Random) -> str | Doubt:
    return swaps.swap_entity(case, rng) or Doubt("no_entity_to_swap")


def _other_date(case: Case, rng: random.Random) -> str | Doubt:
    return swaps.swap_date(case, rng) or Doubt("no_date_to_change")


def _other_number(case: Case, rng: random.Random) -> str | Doubt:
    return swaps.swap_number(case, rng) or Doubt("no_number_to_change")


def _unsupported_addition(case: Case, rng: random.Random) -> str | Doubt:
    if case.task == "ozet" and rng.random() < 0.5:
        borrowed = _sentences(case.other, set())
        return f"{_closed(case.answer)} {rng.choice(borrowed)}" if borrowed else Doubt("no_foreign_sentence")
    if case.task != "liste":
        return f"{_closed(case.answer)} {phrasing.claim(case, rng)}"
    lines = case.answer.split("\n")
    foreign = [line for line in case.other.split("\n") if re.match(r"[-*•] \S", line) and not stems(line) & stems(case.answer)]
    if not foreign:
        return Doubt("no_foreign_item")
    lines.insert(rng.randint(1, len(lines)), "- " + rng.choice(foreign)[2:].rstrip("."))
    return "\n".join(lines)


def _truncated(case: Case, rng: random.Random) -> str | Doubt:
    gaps = [match.start() for match in re.finditer(r"(?<=\S)\s+(?=[^\s-])", case.answer)]
    if len(gaps) + 1 < _LEAST_WORDS:
        return Doubt("too_short_to_cut")
    share = len(case.answer)
    cuts = [gap for gap in gaps if 0.35 * share <= gap <= 0.72 * share]
    rng.shuffle(cuts)
    for cut in cuts:
        made = case.answer[:cut].rstrip(",;: ")
        if made[-1:].isalnum() and not finite(made) and fault("truncated", case, made) is None:
            return made
    return Doubt("no_safe_cut")


def _off_question(case: Case, rng: random.Random) -> str | Doubt:
    if case.task == "baslik":
        title = case.other.split("\n", 1)[0].strip()
        return title if title else Doubt("no_other_title")
    question = stems(case.question)
    # Why and how may have many answers: there nothing of the question may be touched.
    avoided = asked_for(case) | (question if _OPEN_QUESTION.search(lower(case.question)) else set())
    found = [sentence for sentence in _sentences(case.passage, avoided) if fault("off_question", case, sentence) is None]
    # One that shares words with the question looks like an answer: the better lesson.
    close = [sentence for sentence in found if stems(sentence) & question]
    return rng.choice(close or found) if found else Doubt("no_other_sentence")


def _sentences(text: str, avoided: set[str]) -> list[str]:
    """Sentences that stand alone and touch nothing `avoided`."""
    return [
        sentence
        for sentence in sentence_texts(text)
        if 5 <= len(sentence.split()) <= 25
        and sentence[0].isupper()
        and sentence[-1] == "."
        and not _LEANS_ON_BEFORE.match(lower(sentence))
        and not stems(sentence) & avoided
    ]


def _wrong_language(case: Case, rng: random.Random) -> str | Doubt:
    return phrasing.foreign(case, rng)


def _wrong_register(case: Case, rng: random.Random) -> str | Doubt:
    before, after = phrasing.rude(rng)
    gap = "\n" if "\n" in case.answer else " "
    return f"{before}{gap}{_closed(case.answer) if gap == ' ' else case.answer}{gap}{after}"


def _repetition(case: Case, rng: random.Random) -> str | Doubt:
    if case.task == "liste":
        lines = case.answer.split("\n")
        return "\n".join([lines[0], *[rng.choice(lines[:2])] * (len(lines) - 1)]) if len(lines) > 2 else Doubt("too_short_to_repeat")
    whole = sentence_texts(case.answer)
    if len(whole) > 1:
        kept = rng.randrange(len(whole) - 1)
        return " ".join([*whole[: kept + 1], *[whole[kept]] * (len(whole) - kept)])
    words = case.answer.split()
    if len(words) < 3:
        return Doubt("too_short_to_repeat")
    if len(words) > _LEAST_WORDS and rng.random() < 0.6:
        # A loop that a model falls into: the answer never gets to its end.
        cut = rng.randint(3, len(words) - 2)
        loop = words[max(cut - 3, 0) : cut]
        return " ".join([*words[:cut], *loop * rng.randint(2, 4)])
    return " ".join([_closed(case.answer)] * rng.randint(2, 4))


def _empty_talk(case: Case, rng: random.Random) -> str | Doubt:
    return phrasing.vague(case, rng)


def _closed(answer: str) -> str:
    return answer if _MARK.search(answer) else f"{answer}."


_MAKERS: dict[KindName, tuple[Maker, str]] = {
    "other_entity": (_other_entity, "Bir ad, metindeki bu bilgiye ait olmayan başka bir adla değiştirildi."),
    "other_date": (_other_date, "Tarih yanlış verildi."),
    "other_number": (_other_number, "Sayı yanlış verildi."),
    "unsupported_addition": (_unsupported_addition, "Kaynakta olmayan bir bilgi eklendi."),
    "truncated": (_truncated, "Cevap yarıda kesildi."),
    "off_question": (_off_question, "Metinden doğru bir cümle, ama sorulanı yanıtlamıyor."),
    "wrong_language": (_wrong_language, "Cevap Türkçe değil."),
    "wrong_register": (_wrong_register, "Hitap kaba ya da gereğinden fazla içten."),
    "repetition": (_repetition, "Aynı sözler yineleniyor."),
    "empty_talk": (_empty_talk, "Genel sözler; sorulan söylenmiyor."),
}
