"""The embedded writer of worse answers: an answer and its passage in, one certainly worse answer of a given kind out, or a doubt."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from alignment import code, cuts, foreign, phrasing, slips, swaps
from alignment.case import Case, asked_for, case_of, sentence_texts, standing_sentences, stems
from alignment.checks import fault
from alignment.gaps import finite
from alignment.kinds import KindName
from alignment.spans import dates, names, numbers
from alignment.topics import bare
from curation.turkish import capitalize, lower
from synthesis.prompt import Prompt

TASK = "bozuk-cevap"
CODE_TASK = "bozuk-kod"

_MARK = re.compile(r"[\"”’.!?…:;\s]+$")
_LEAST_WORDS = 6  # a shorter answer is said twice as a whole
_LONG_ITEM = 4  # words; a longer item is a clause more often than a name
_MOST_LONGER = 2  # times the longest item of a list that an item from elsewhere may be


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
    if case.task == "anahtar-sozcuk":
        return slips.with_foreign_key_word(case, rng) or Doubt("no_foreign_item")
    if case.task != "liste":
        return f"{_closed(case.answer)} {phrasing.claim(case, rng)}"
    lines = case.answer.split("\n")
    longest = _MOST_LONGER * max(len(line.split()) for line in lines)
    found = [line[2:].rstrip(".;,") for line in case.other.split("\n") if re.match(r"[-*•] \S", line)]
    built = _item_form(lines[0][2:])
    fitting = [item for item in found if len(item.split()) < longest and _item_form(item) == built and not stems(item) & stems(case.answer)]
    if not fitting:
        return Doubt("no_foreign_item")
    item = rng.choice(fitting)
    small = lines[0][2:3].islower()
    lines.insert(rng.randint(1, len(lines)), "- " + (lower(item[:1]) if small else capitalize(item[:1])) + item[1:])
    return "\n".join(lines)


def _item_form(item: str) -> str:
    """How an item is built: a noun among instructions is seen at once to come from elsewhere."""
    if ":" in item:
        return "pair"
    if re.search(r"m[ae]k$", item):
        return "infinitive"
    return "clause" if finite(item) or len(item.split()) > _LONG_ITEM else "noun"


def _truncated(case: Case, rng: random.Random) -> str | Doubt:
    return cuts.incomplete(case, rng) or Doubt("no_safe_cut")


def _off_question(case: Case, rng: random.Random) -> str | Doubt:
    if case.task == "baslik":
        title = case.other.split("\n", 1)[0].strip()
        return title if title else Doubt("no_other_title")
    found = [sentence for sentence in standing_sentences(case.passage, asked_for(case)) if fault("off_question", case, sentence) is None]
    near = {sentence: _nearness(bare(case.question), sentence) for sentence in found}
    best = max(near.values(), default=0)
    if not best:
        return Doubt("no_near_sentence")  # one that has nothing of the question in it teaches nothing
    close = [sentence for sentence in found if near[sentence] == best]
    # Of these one about as long as the answer, so that length does not tell them apart.
    return rng.choice(sorted(close, key=lambda sentence: abs(len(sentence) - len(case.answer)))[:2])


def _nearness(question: str, sentence: str) -> int:
    """How much `sentence` looks like an answer: a word of the question, and with it the sort of thing it asks for."""
    wanted = phrasing.asked(question)
    sort = bool(dates(sentence)) if wanted == "date" else bool(numbers(sentence)) if wanted == "number" else False
    if wanted in {"place", "person"}:
        sort = any((span.sort == "person") == (wanted == "person") for span in names(sentence) if span.sort != "surname")
    return (1 + sort) * bool(stems(sentence) & stems(question))


def _wrong_language(case: Case, rng: random.Random) -> str | Doubt:
    return foreign.translated(case, rng) or Doubt("no_fact_to_translate")


def _wrong_register(case: Case, rng: random.Random) -> str | Doubt:
    before, after = phrasing.rude(rng)
    gap = "\n" if "\n" in case.answer else " "
    return f"{before}{gap}{_closed(case.answer) if gap == ' ' else case.answer}{gap}{after}"


def _repetition(case: Case, rng: random.Random) -> str | Doubt:
    """The answer with one part said twice, as a model does that has begun to loop."""
    if case.task == "anahtar-sozcuk":
        return slips.key_word_again(case, rng) or Doubt("too_short_to_repeat")
    if case.task == "liste":
        lines = case.answer.split("\n")
        if len(lines) < 2:
            return Doubt("too_short_to_repeat")
        kept = rng.randrange(len(lines) - 1)
        return "\n".join([*lines[: kept + 1], *lines[kept : len(lines) - 1]])
    # Paragraphs joined to one would be known by their look alone.
    return Doubt("several_paragraphs") if "\n" in case.answer else _said_twice(case, rng)


def _said_twice(case: Case, rng: random.Random) -> str | Doubt:
    whole = sentence_texts(case.answer)
    if len(whole) > 1:
        kept = rng.randrange(len(whole) - 1)
        return " ".join([*whole[: kept + 1], whole[kept], *whole[kept + 2 :]])
    words = case.answer.split()
    if len(words) < 3:
        return Doubt("too_short_to_repeat")
    if len(words) > _LEAST_WORDS and rng.random() < 0.6:
        cut = rng.randint(3, len(words) - 2)
        return " ".join([*words[:cut], *words[cut - rng.choice([2, 3]) : cut], *words[cut:]])
    return " ".join([_closed(case.answer)] * 2)


def _empty_talk(case: Case, rng: random.Random) -> str | Doubt:
    return phrasing.vague(case, rng)


def _wrong_result(case: Case, rng: random.Random) -> str | Doubt:
    return code.wrong_code(case, rng) or Doubt("no_mutant_fails")


def _made_up_answer(case: Case, rng: random.Random) -> str | Doubt:
    return slips.invented(case, rng) or Doubt("no_value_to_invent")


def _wrong_verdict(case: Case, rng: random.Random) -> str | Doubt:
    return slips.opposite(case, rng) or Doubt("nothing_to_deny")


def _wrong_order(case: Case, rng: random.Random) -> str | Doubt:
    return slips.disordered(case, rng) or Doubt("one_line")


def _left_undone(case: Case, rng: random.Random) -> str | Doubt:
    return slips.unfinished(case, rng) or Doubt("one_fault")


def _unknown_label(case: Case, rng: random.Random) -> str | Doubt:
    return slips.strange_label(case, rng) or Doubt("no_other_label")


def _closed(answer: str) -> str:
    return answer if _MARK.search(answer) else f"{answer}."


_MAKERS: dict[KindName, tuple[Maker, str]] = {
    "other_entity": (_other_entity, "Bir ad, metindeki bu bilgiye ait olmayan başka bir adla değiştirildi."),
    "other_date": (_other_date, "Tarih yanlış verildi."),
    "other_number": (_other_number, "Sayı yanlış verildi."),
    "unsupported_addition": (_unsupported_addition, "Kaynakta olmayan bir bilgi eklendi."),
    "truncated": (_truncated, "Cevap eksik: istenenin bir bölümü yok."),
    "off_question": (_off_question, "Metinden doğru bir cümle, ama sorulanı yanıtlamıyor."),
    "wrong_language": (_wrong_language, "Cevap Türkçe değil."),
    "wrong_register": (_wrong_register, "Hitap kaba ya da gereğinden fazla içten."),
    "repetition": (_repetition, "Aynı sözler yineleniyor."),
    "empty_talk": (_empty_talk, "Genel sözler; sorulan söylenmiyor."),
    "wrong_result": (_wrong_result, "Koda bir hata kondu; testler geçmiyor."),
    "made_up_answer": (_made_up_answer, "Metinde cevabı olmayan soruya uydurma bir cevap verildi."),
    "wrong_verdict": (_wrong_verdict, "Doğruya yanlış ya da yanlışa doğru dendi."),
    "wrong_order": (_wrong_order, "İki olayın sırası değiştirildi."),
    "left_undone": (_left_undone, "İstenen değişiklik yapılmadı ya da yarım kaldı."),
    "unknown_label": (_unknown_label, "Seçenekler arasında olmayan bir etiket verildi."),
}
