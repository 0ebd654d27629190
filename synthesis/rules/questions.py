"""Sentence -> question: the question word in the place of what is asked for, the sentence's own words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from curation.turkish import ascii_letters, lower, upper
from synthesis.lexicon import COMMON_SUBJECTS, MONTHS, NUMBER_WORDS, PROFESSIONS, first_names, word_set
from synthesis.rules.asked import asked_in_text
from synthesis.rules.candidates import Candidate, anaphoric, anchored, field_unsaid, finished, without_near_comma
from synthesis.rules.names import Names, common_subject, counted_subject, is_person, names_of, subject_end, with_whole_name, without_owner
from synthesis.rules.reasons import reasons
from synthesis.rules.sentence import LAW, Sentence, Token, leave_alone, sentences_of, subordinate, tokenize
from synthesis.rules.spans import COMMA, Span, approximate_start, clause_after, spans

_LONGEST_TAIL = 6  # words after the span that the answer repeats; a longer tail leaves the span alone


def questions(passage: str, title: str, *, alone: bool) -> Iterator[Candidate]:
    """Yield candidates of a passage in its order; with `alone` a question must be clear without the passage."""
    names = names_of(passage, title)
    found = sentences_of(passage)
    for index, sentence in enumerate(found):
        if sentence.whole.endswith("?"):
            yield from (_in_its_field(c, title, alone=alone) for c in asked_in_text(found, index, alone=alone))
            continue
        doubt = leave_alone(sentence)
        if doubt is not None and not _worth_counting(sentence):
            continue
        beside = alone and doubt is not None and leave_alone(sentence, _CLEAR_BESIDE) is None
        for span in spans(sentence):
            candidate = _ask(sentence, span, names, None if beside else doubt, alone=alone)
            candidate = _led(candidate, sentence, span, title, names, alone=alone)
            timed = _beside(candidate, doubt or "") if beside else _of_its_time(candidate, sentence, alone=alone)
            yield _of_many(timed, alone=alone)
        for candidate in reasons(sentence, names, alone=alone):
            yield _of_many(_led(candidate, sentence, None, title, names, alone=alone), alone=alone)


def _in_its_field(candidate: Candidate, title: str, *, alone: bool) -> Candidate:
    """Return a `Havale nedir?` of the text with the title in front."""
    asks_a_term = alone and candidate.doubt is None and candidate.question.endswith(("nedir?", "ne demektir?"))
    if not asks_a_term or not field_unsaid(candidate.question, title, first=False):
        return candidate
    inside = (
        candidate.question if tokenize(candidate.question)[0].text.isupper() else lower(candidate.question[:1]) + candidate.question[1:]
    )
    return anchored(candidate, title, inside)


# Words that lean on the day or the place told of; beside its passage a sentence may have them.
_CLEAR_BESIDE = word_set("bugün geçen artık birlikte şimdi hâlâ")


def _beside(candidate: Candidate, doubt: str | None) -> Candidate:
    """Return a question that leans on the time of its text as one to be asked beside it."""
    if candidate.doubt is not None:
        return replace(candidate, doubt=doubt)
    question = re.sub(r"^“[^“”]+” başlıklı yazıya göre (.)", lambda m: upper(m[1]), candidate.question)
    return replace(candidate, question=question, given=True, kind=candidate.kind.removeprefix("led_"))


def _of_its_time(candidate: Candidate, sentence: Sentence, *, alone: bool) -> Candidate:
    """Return a question about what is still to come, without a date in it, as one to be asked beside its text."""
    coming = re.search(r"[ae]c[ae][kğ]\w*$", sentence.tokens[-1].low) is not None and not re.search(r"\d{4}", sentence.text)
    open_ended = alone and candidate.doubt is None and coming and not candidate.kind.startswith("led_")
    return replace(candidate, given=True) if open_ended else candidate


# A body that every country has, somebody without a surname, a day without its year: which one, only the text tells.
_BODY = re.compile(r"(?:Bakanlığı|Müdürlüğü|Başkanlığı|Komisyonu|Komitesi|Kurulu|Kurumu|Konseyi|Meclisi|Mahkemesi|Birliği)(?![a-zçğıöşü])")
_CALLED = re.compile(r"^(?:[^\W\d_]+ )?(?:Bey|Beyler|Paşa|Efendi|Hanım|Hoca)(?![a-zçğıöşü])")
_DAY = re.compile(rf"(?<!\d)\d{{1,2}} (?:{MONTHS})(?! \d{{4}})")
_CLASS = re.compile(r"(?<!\d)\d{4} sınıfı")  # of those who came, or those who will leave


def _of_many(candidate: Candidate, *, alone: bool) -> Candidate:
    """Return a question that may be asked of many bodies, people or years as one to be asked beside its text."""
    asked = candidate.question
    yearless = _DAY.search(asked) is not None and re.search(r"(?<!\d)\d{4}(?!\d)", asked) is None
    unsure = yearless or _CLASS.search(asked) is not None or _BODY.search(asked) is not None or _CALLED.match(asked) is not None
    beside = alone and unsure and candidate.doubt is None and not candidate.kind.startswith("led_")
    return replace(candidate, given=True) if beside else candidate


def _led(candidate: Candidate, sentence: Sentence, span: Span | None, title: str, names: Names, *, alone: bool) -> Candidate:
    """Return a question that leans on its text with the title in front or the passage beside it, if that is all that is wrong with it."""
    reason = (candidate.doubt or "").partition(":")[0]
    stop = len(sentence.tokens) - 1 if span is None else sentence.at(span.start)
    if reason not in _TITLE_HELPS:
        return candidate
    if reason in {"generic_subject", "no_subject"} and not common_subject(sentence.tokens, stop):
        counted = span is not None and span.kind == "number" and reason == "generic_subject" and _counts_subject(sentence, span)
        return replace(candidate, doubt=None, given=alone) if counted else candidate
    if not alone:
        return replace(candidate, doubt=None)
    question = _inside(candidate.question, names, sentence.earlier)
    if question is None or not _told_by(title, question, names) or _unsure_capital(question):
        return replace(candidate, doubt=None, given=True)
    return anchored(candidate, title, question)


def _counts_subject(sentence: Sentence, span: Span) -> bool:
    """Whether what is counted is itself the subject: `Hesapta 2.350 lira vardı`, `İdareye yıl boyunca 6.270 başvuru geldi`."""
    tokens = sentence.tokens
    behind = tokens[sentence.at(span.end) :]
    return (
        len(behind) == 2
        and not behind[0].capital
        and _SUBJECT_VERB.search(behind[1].low) is not None
        and re.search(r"(?:[dt][ae]|[ae])$", tokens[0].low) is not None
        and not any(subordinate(t.low) for t in tokens[:-1] if not t.capital)
    )


_SUBJECT_VERB = re.compile(
    r"^(?:var|vardı|vardır|bulun\w+|geldi|gelir|geliyor|geçti|düştü|düşer|düşüyor|kaldı|katıldı|çalışıyor\w*|yaşıyor|yetişi\w+|çıktı|öldü|doğdu|sığ\w+)$"
    r"|[^aeıioöuüln](?:[ıiuü]l)(?:d[ıiuü]|[ıiuü]yor|m[ıiuü]şt[ıiuü]r?|[ıiuü]r|[ae]cak|[ae]ce[kğ]\w*|m[ae]ktad[ıi]r)$"
)


def _unsure_capital(question: str) -> bool:
    """Whether a lone first word with a capital may be a common noun or anybody: `Pazar`, `Sütçüler`, `Rüstem`, a surname that two people share."""
    first, second = tokenize(question)[:2]
    return first.capital and first.bare and (bool(first.after) or not second.capital)


def _told_by(title: str, question: str, names: Names) -> bool:
    """Whether the title says what the question speaks of: a person, or a first noun that the title has too."""
    first = tokenize(question)[0]
    if any(t.text in names.persons or t.capital for t in tokenize(question)[:3]):
        return True
    stem = ascii_letters(first.text)[:4]
    # "Nigâr Öztuzla'nın kitapları" does not say which book
    return any(ascii_letters(word).startswith(stem) and not re.search(r"l[ae]r[ıi]?$", word) for word in title.split()) or (
        first.low.endswith(("lar", "ler")) and any(ascii_letters(word).startswith(stem) for word in title.split())
    )


def _inside(question: str, names: Names, earlier: str) -> str | None:
    """Return `question` with the small letter its first word has inside a sentence, None where that cannot be told."""
    tokens = tokenize(question)
    first, second = tokens[0], tokens[1] if len(tokens) > 1 else tokens[0]
    from_place = re.search(r"l[ıiuü]$", first.low) is not None  # "Ödemişli kuyumcu"
    titled = first.bare and second.text in first_names() and first.text not in first_names() and not from_place
    named = not first.bare or first.text in names.known | names.persons or first.text in first_names()
    common = first.low in COMMON_SUBJECTS | PROFESSIONS or re.search(r"l[ae]r$|[ıiuü]n$|log$", first.low) is not None
    seen = any(word.startswith(first.low[:5]) for word in re.findall(r"[a-zçğıöşü]+", earlier))
    if titled or (second.low == "bir" and first.text not in names.known | names.persons):
        small = True
    elif named or (second.capital and not common) or (second.low in PROFESSIONS and from_place):
        small = False
    elif common or second.low in PROFESSIONS or seen:
        small = True
    else:
        return None
    return lower(question[:1]) + question[1:] if small else question


_TITLE_HELPS = frozenset(("generic_subject", "generic_object", "definite_noun", "anaphoric_noun", "short_name", "common_name"))


def _worth_counting(sentence: Sentence) -> bool:
    return 4 <= len(sentence.tokens) <= 26


def _ask(sentence: Sentence, span: Span, names: Names, doubt: str | None, *, alone: bool) -> Candidate:
    text = sentence.text
    stop = sentence.at(span.start)
    doubt = (
        doubt
        or ("law_reference" if LAW.search(sentence.whole) else None)
        or span.doubt
        or clause_after(sentence, span.end)
        or _list_commas(text[: span.start], text[span.end :])
        or _other_doubt(sentence, span)
    )
    if span.start == 0 or stop == 0:
        question, more = _moved(sentence, span, names)
    else:
        question, more = _asked(text[: span.start], span, text[span.end :]), _subject_doubt(sentence, span, stop, names)
    doubt = doubt or more
    if span.kind == "number" and stop > 0 and re.search(r"[dt][ae]n$", sentence.tokens[0].low) and sentence.tokens[0].bare:
        doubt = (
            doubt if any(t.capital for t in sentence.tokens[1:]) or subordinate(sentence.tokens[1].low) else "subject_unsaid"
        )  # "Soldan sağa üç banttan oluşur": what?
    question = finished(without_near_comma(question, span.word))
    question, name_doubt = with_whole_name(without_owner(question), names)
    if alone:
        doubt = doubt or name_doubt or anaphoric(sentence, span, names)
    return Candidate(question, _answer(sentence, span), sentence.whole, span.kind, doubt)


def _subject_doubt(sentence: Sentence, span: Span, stop: int, names: Names) -> str | None:
    if span.kind in {"person"}:
        return None if any(t.capital for t in sentence.tokens[:stop][1:]) or not sentence.tokens[0].bare else "generic_object"
    count, doubt = subject_end(sentence, stop, names)
    if doubt is None:
        # "Müze müdürü Ali, 1950'de": a date inside the subject asks about something else.
        return "inside_subject" if count > stop else None
    share = span.kind == "percent" and span.word.endswith("kaçı") and re.search(r"[ıiuü]n$", sentence.tokens[stop - 1].low)
    if share and re.search(r"['’]n?[ıiuü]n$", sentence.tokens[0].text):
        return None  # "Manisa'nın tarım alanlarının %40'ı"
    if span.kind == "number" and counted_subject(sentence, len(sentence.tokens) - 1):
        return None
    return doubt


def _other_doubt(sentence: Sentence, span: Span) -> str | None:
    """What reads badly in the finished question: a second date, a counted copula, two finite verbs."""
    rest = sentence.text[: span.start] + sentence.text[span.end :]
    last = sentence.tokens[-1].low
    if span.kind == "date" and re.search(rf"\d (?:{MONTHS})", rest):
        return "several_dates"
    counted = re.match(rf"(?:{NUMBER_WORDS}|bir)y?[dt][ıiuü]", last) or last[0].isdigit()
    if (span.kind in {"date", "place"} and counted) or (span.kind == "date" and span.word in _ONCE and _STATE.search(last)):
        return "not_an_event"
    if re.search(r"(?:m[ıiuü]ş|[ae]c[ae]k) (?:ve|ama|fakat)\b|m[ıiuü]ş,", rest) or re.search(r"(?:[ıiuüae]r|m[ae]z) ve ", rest):
        return "two_clauses"
    before = sentence.tokens[max(sentence.at(span.start) - 1, 0)].low
    if span.kind == "number" and len(sentence.tokens[sentence.at(span.end) :]) == 1 and subordinate(before):
        return "clause_before"  # "motosikletten gelen 21.000 liraydı"
    tail = rest[span.start :].strip(" .").split()
    if (
        span.kind == "number"
        and len(tail) > _LONGEST_TAIL
        and not re.search(r"(?:y[ıiuüae]|[dt][ae]n?|l[ae])$|^(?:saat|gün|hafta|ay|yıl|dakika|lira|kişi|metre|kilometre|kilogram)$", tail[0])
    ):
        return "long_tail"
    return None


_ONCE = frozenset(("ne zaman", "hangi yılda"))
_STATE = re.compile(r"(?<!m[ıiuü]ş)(?<!makta)(?<!mekte)(?<!acak)(?<!ecek)(?<!malı)(?<!meli)[dt][ıiuü]r$")  # "şehirdir"


def _moved(sentence: Sentence, span: Span, names: Names) -> tuple[str, str | None]:
    """`1954'te Ankara Sanat Evi açıldı` -> `Ankara Sanat Evi ne zaman açıldı`."""
    if span.kind != "date":
        return sentence.text, "asked_at_start"
    rest = sentence.text[span.end :].lstrip(" ,")
    moved = Sentence(upper(rest[:1]) + rest[1:], sentence.whole, sentence.earlier)
    if not moved.tokens or not moved.tokens[0].capital or not rest[:1].isupper():
        return rest, "starts_with_date"
    if any(t.low in {"önce", "sonra"} or re.search(r"m[ae]s[ıi]n[dt]", t.low) for t in moved.tokens):
        return rest, "clause_after"  # "1973'te X'in çıkmasından önce": the date of another event
    count, doubt = subject_end(moved, len(moved.tokens) - 1, names)
    if doubt is not None or count == 0:
        return rest, doubt or "no_subject"
    # "1937'de Dernek Başkanlığı yaptı": who?
    took_object = count == len(moved.tokens) - 1 and _TAKES_OBJECT.match(moved.tokens[-1].low)
    if took_object or (not is_person(moved.tokens, 0, count) and _unsure_subject(moved.tokens, count)):
        return rest, "unsure_subject"
    cut = moved.tokens[count - 1].end
    comma = "," if moved.text[cut:].startswith(",") else ""
    return _asked(f"{moved.text[:cut]}{comma} ", span, moved.text[cut:].lstrip(",")), None


_TAKES_OBJECT = re.compile(r"^(?:yap|al|ver|kazan|oyna|üstlen|bit|çek|yaz|kur|gör|yönet|çıkar|yayımla|yayınla|oku)[dtmıiuü]\w*$")


def _asked(before: str, span: Span, tail: str) -> str:
    """Return the question, its word right before the verb where what stands between is one phrase with a case: `75 anneyle nerede görüştü`."""
    between, _, verb = tail.strip(" .").rpartition(" ")
    passed = _PASSED.get(span.word)
    words = between.split()
    if passed is None or COMMA.search(tail) or not 1 <= len(words) <= 6 or not passed.search(words[-1]) or _KEEPS & set(words):
        return before + span.word + tail
    if between[0].isupper() and re.search(r"(?:^| )[A-ZÇĞİÖŞÜ][^\W\d_]+ $", before):
        before = f"{before[:-1]}, "  # "Münevver Sazaklı, Kırşehir'in": two names that only the date parted
    return f"{before}{between} {span.word} {verb}."


_PLACED = (
    r"['’](?:n?[dt][ae]n?|y?[ae]|n[ae])$|(?:ilçe|köy|mahalle|belde|kasaba|bölge|ada|semt)[sıiuü]{1,2}n(?:d[ae]n?|[ae])$"
    r"|(?<!l[ıiuü]ğ)[ıiuü]nd[ae]n?$"
)
_ACCOMPANIED = r"(?:[aeıioöuü]y|[^aeıioöuüy])l[ae]$|\w{3}[ıiuü]n[ıiuü]$|['’]n?[ıiuü]$"
_PASSED = {
    **dict.fromkeys(("ne zaman", "hangi yılda", "hangi tarihte", "hangi yıldan beri"), re.compile(f"{_PLACED}|{_ACCOMPANIED}")),
    "nerede": re.compile(_ACCOMPANIED),
    "nereden": re.compile(_PLACED),
}
_KEEPS = word_set("ve veya ile olarak tarafından yerini canını hızla sözünü adını öyle böyle")


def _unsure_subject(tokens: tuple[Token, ...], count: int) -> bool:
    """Whether the first `count` words may be less than the subject: two words more and the verb, or a possessed noun behind them."""
    behind = tokens[count]
    possessed = behind is not tokens[-1] and not tokens[count - 1].after and re.search(r"[^y][ıiuü]$", behind.low) is not None
    return possessed or len(tokens) - count > 2


def _list_commas(before: str, after: str) -> str | None:
    """The doubt when a comma before the span parts a list and not the subject: `yağışı, nemi ve`, `deve iki, koyun beş`."""
    first = COMMA.search(before)
    if first is None:
        return None
    head, tail = before[: first.start()], before[first.end() :]
    number = re.search(rf"(?:\d|\b(?:{NUMBER_WORDS}|bir))$", head)
    joined = re.match(r"(?: \S+){0,4} (?:ve|veya|ya da|ile)\b", f"{tail}_{after}") or COMMA.search(tail)
    # "sayı konuyu, altındaki üç harf soyadını gösterir": the verb of the first half stands in the second
    halved = re.search(r"(?:[aeıioöuü]y[ıiuü]|[ıiuüae]n[ıiuü])$", head)
    return "list_commas" if number or joined or halved else None


def _answer(sentence: Sentence, span: Span) -> str:
    text = sentence.text
    start = approximate_start(text, span.start)
    if span.kind == "clock":
        start = text.rindex("saat", 0, start)
    piece = text[start:]
    tail = text[span.end :].rstrip(" .")
    if COMMA.search(tail) or len(tail.split()) > _LONGEST_TAIL:
        piece = text[start : span.end + len(_counted(tail, span))]
    return upper(piece[:1]) + piece[1:].rstrip(" .") + "."


def _counted(tail: str, span: Span) -> str:
    """Return what of the tail belongs to the answer: `186 dosyaya`, `Buldan ilçesinde`, `Mimar Sinan tarafından`."""
    wanted = {"number": 1, "agent": 1}.get(span.kind, 1 if span.word == "hangi" else 0)
    match = re.match(rf"(?:\s+\S+){{{wanted}}}", tail)
    return match.group() if match else ""
