"""Proper names in a passage: runs of capitals, whole names for surnames, who is a person and who the subject of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.turkish import lower, sentences
from synthesis.lexicon import (
    AFTER_NAME,
    COMMON_SUBJECTS,
    ORGANISATIONS,
    PERSON_SUFFIXES,
    PLACE_NOUNS,
    PROFESSIONS,
    first_names,
    places,
    word_set,
)
from synthesis.rules.sentence import Sentence, Token, is_month, subordinate, tokenize

_ADVERBIAL = re.compile(
    r"(?:[ıiuü]nd[ae]|[dt][ae]n|r?ken|[ıiuü]nc[ae]|[ae]r[ae]k|[ıiuü]p|[ıiuü]n[ıiuü]|l[ae]|[ıiuü]n[ae]|y[ae]|c[ae]|ç[ae]|[lrnşzkt]d[ae]|t[ae]|ğ[ıiuü]nd[ae]|s[ae]|[ıiuü]nc[ıiuü])$"
    r"|^(?:göre|için|sonra|önce|kadar|karşılık|boyunca|itibaren|beri|üzere|halde|hâlde|olarak|gibi|hafta|gün|ay|yıl|sabah|akşam)$"
)
_GENITIVE = re.compile(r"['’](?:n?[ıiuü]n)$")
_POSSESSED = re.compile(r"(?:[ıiuü]|l[ae]r[ıi])$")
_PLACE_LIKE = re.compile(r".{3}(?:ada|kale|hisar|şehir|köy|pınar|dağ|ırmak)$")
_SHARED_NAMES = word_set("Boğaz Ada Kurum Kurul Meclis Bakanlık Belediye Cumhuriyet Kale Liman Saray Hisar Kongre Anayasa Köy Vakıf")
_MEASURED = word_set("yaklaşık toplam en az fazla çok ortalama yalnızca sadece tam")
_HABITS = word_set("günde haftada ayda yılda gecede dakikada")
_COMMON_ADJECTIVES = word_set(
    "yeni eski mevcut taş ahşap küçük büyük genç yaşlı tarihî ulusal yerel ilk son kırmızı mavi beyaz açık kapalı"
)
_ADJECTIVE = re.compile(r"(?:ki|l[ıiuü])$")
_EXISTENTIAL = re.compile(
    r"^(?:var|vardır|vardı|bulunuyor|bulunur|bulunmaktadır|bulunuyordu|yaşıyor|yaşar|yaşıyordu|yaşamaktadır|çalışıyor|çalışmaktadır|çalışıyordu|"
    r"sergileniyor|sergilenir|sergilenmektedir|katıldı|katılıyor|yetişir|yetişiyor)$"
)
_CASED = re.compile(r"(?:[ıiuü]|[dt][ae]n?|[ıiuü]n|l[ae])$")
KIN = word_set(
    """
    Babası Annesi Eşi Kızı Oğlu Kardeşi Ağabeyi Ablası Ustası Dedesi Torunu Amcası Dayısı Halası Teyzesi Kuzeni Karısı Kocası
    Yeğeni Arkadaşı Komşusu Ortağı Damadı Gelini
    """
)


@dataclass(frozen=True)
class Names:
    """The proper names of a passage: `whole` gives the full name of a surname, `called` of a first name, `known` holds words seen as names inside sentences."""

    whole: dict[str, str]
    called: dict[str, str]
    known: frozenset[str]
    persons: frozenset[str]
    title: str


def names_of(passage: str, title: str) -> Names:
    """Return the names of `passage`; a surname that two people share has no full name, unless the title has one of them."""
    full: dict[str, set[str]] = {}
    called: dict[str, set[str]] = {}
    known: set[str] = set()
    persons: set[str] = set()
    for text in [title, *(passage[start:end] for start, end in sentences(passage))]:
        tokens = tokenize(text)
        for first, last in runs(tokens):
            run = tokens[first:last]
            words = [_stem(token) for token in run]
            known.update(word for token, word in zip(run, words, strict=True) if token.start > 0)
            if len(words) > 2 and first == 0 and lower(words[0]) in PROFESSIONS:
                words = words[1:]
            if len(words) > 2 and (words[0] in KIN or (words[1] in first_names() and words[0] not in first_names())):
                words = words[1:]
            if len(words) > 1 and _personal(words):
                persons.update(words)
                full.setdefault(words[-1], set()).add(" ".join(words))
                called.setdefault(words[0], set()).add(" ".join(words))
    return Names(_only(full, title), _only(called, title), frozenset(known), frozenset(persons), title)


def _only(names: dict[str, set[str]], title: str) -> dict[str, str]:
    """Return the one whole name of every part of a name; of several the one in the title."""
    found = {part: whole if len(whole) == 1 else {name for name in whole if name in title} for part, whole in names.items()}
    return {part: next(iter(whole)) for part, whole in found.items() if len(whole) == 1}


def runs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return where names stand: index ranges of capitals in a row, cut after an apostrophe or a mark, and between a person and a place."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, token in enumerate([*tokens, Token("", 0, 0, "")]):
        if token.capital and not is_month(token.text):
            start = index if start is None else start
            if token.bare and not token.after:
                continue
            found += _parted(tokens, start, index + 1)
        elif start is not None:
            found += _parted(tokens, start, index)
        start = None
    return found


def _parted(tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, int]]:
    """`Elif Sönmez | Kars'a`, `Levent Uslu | Dereyazı köyünde`."""
    words = [_stem(token) for token in tokens[first:last]]
    in_place = not tokens[last - 1].bare and words[-1] in places()
    of_place = last < len(tokens) and any(tokens[last].low.startswith(noun) for noun in PLACE_NOUNS)
    person = (in_place or of_place) and _personal(words) and (len(words) > 3 or words[0] in first_names())
    compound = in_place and len(words) > 2 and words[-2][-1] in "ıiuü"  # "Meriç Nehri | Bulgaristan'dan"
    if len(words) > 2 and (person or compound):
        return [(first, last - 1), (last - 1, last)]
    return [(first, last)]


def name_start(tokens: Sequence[Token], index: int) -> int:
    """Return where the name that holds token `index` begins."""
    return next((first for first, last in runs(tokens) if first <= index < last), index)


def is_person(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the run `first:last` names a person: a first name, or a profession before it."""
    words = [_stem(token) for token in tokens[first:last]]
    if len(words) > 1 and _personal(words):
        return True
    return len(words) > 1 and first > 0 and tokens[first - 1].low in PROFESSIONS and not ORGANISATIONS.search(words[-1])


def subject_end(sentence: Sentence, stop: int, names: Names) -> tuple[int, str | None]:
    """Return how many tokens the subject before token `stop` takes, and None or the doubt about it."""
    tokens = sentence.tokens
    if _object_first(tokens):
        return 0, "object_first"
    comma = next((i for i in range(min(stop, 10)) if tokens[i].after.startswith(",")), None)
    if comma is not None:
        doubt = _comma_doubt(tokens[: comma + 1], names)
        return (0, doubt) if doubt else (comma + 1, None)
    for first, last in runs(tokens[:stop]):
        if not tokens[last - 1].bare or (last < len(tokens) and _makes_another(tokens[last])):
            continue
        if last - first > 1 and is_person(tokens, first, last):
            return (last, None) if _leads_to_name(tokens, first, names) else (0, "object_first")
    return _impersonal_subject(tokens, stop, names)


def _makes_another(token: Token) -> bool:
    """Whether the word behind a name makes it part of something else: `Ali Paşa komutasındaki ordu`."""
    return token.low in AFTER_NAME or (not token.capital and token.low.endswith(("ındaki", "indeki", "undaki", "ündeki")))


def _leads_to_name(tokens: Sequence[Token], first: int, names: Names) -> bool:
    """Whether what stands before a name only describes or places it: `Emekli postacı`, `Sivas'ta`; not `Şirketi`, `Teslimattan önce`."""
    if first == 0:
        # "Hizmeti Tülin Akpınarlı kurdu": three capitals, the first an object
        return (
            tokens[0].text in KIN
            or _stem(tokens[0]) in first_names()
            or not re.search(r"[ıiuü]$", tokens[0].text)
            or tokens[0].low in PROFESSIONS
        )
    if not tokens[0].bare or _proper_alone(tokens[0], names):
        return True
    before = tokens[first - 1].low
    if first <= 4 and re.search(r"[ıiuü]n$", tokens[0].low) and re.search(r"[^n][ıiuü]$", before):
        return True  # "Köyün son demircisi"
    return first <= 4 and before in PROFESSIONS and (first == 1 or not _CASED.search(tokens[0].low))


def _comma_doubt(segment: Sequence[Token], names: Names) -> str | None:
    """The doubt when what stands before the first comma is no subject with a name in it."""
    last = segment[-1]
    if not _holds_name(segment, names):
        return "generic_subject"
    adverbial = not last.bare or _ADVERBIAL.search(last.low) or subordinate(last.low)
    return "starts_with_adverbial" if adverbial and not (last.capital and last.bare) else None


def _object_first(tokens: Sequence[Token]) -> bool:
    """`Hizmeti Tülin Akpınarlı kurdu`: three capitals in a row, and the first is an object."""
    first, last = next(iter(runs(tokens)), (1, 1))
    return (
        first == 0
        and last > 2
        and tokens[0].text[-1] in "ıiuü"
        and _stem(tokens[1]) in first_names()
        and not (tokens[0].text in KIN | first_names() or tokens[0].low in PROFESSIONS or re.search(r"[cç][ıiuü]$", tokens[0].low))
    )


def _impersonal_subject(tokens: Sequence[Token], stop: int, names: Names) -> tuple[int, str | None]:
    first, last = next(iter(runs(tokens[:stop])), (1, 1))
    if first > 0 or (last == 1 and not _proper_alone(tokens[0], names)):
        return 0, "generic_subject"
    if not tokens[last - 1].bare:
        thing = stop - 1
        while thing > last and tokens[thing].low in _MEASURED:
            thing -= 1
        return (stop, None) if thing >= last and _owned(tokens[last - 1], tokens[thing]) else (0, "no_subject")
    after = tokens[last].low if last < stop else ""
    if after in AFTER_NAME or (after.endswith(("ında", "inde", "unda", "ünde", "daki", "deki")) and after not in _HABITS):
        return 0, "no_subject"
    return last, None


def _owned(owner: Token, thing: Token) -> bool:
    """`Kızılırmak'ın uzunluğu`: a genitive, and behind it a bare noun with the possessive, so a nominative."""
    possessed = _POSSESSED.search(thing.low) and not _ADJECTIVE.search(thing.low)
    return bool(_GENITIVE.search(owner.text) and possessed and thing.bare and not thing.capital)


def common_subject(tokens: Sequence[Token], stop: int) -> bool:
    """Whether a sentence begins with a subject that is no name: `Kulüp`, `Üyeler`, `Sahanın ışıkları`, or a phrase with a comma."""
    first = tokens[0]
    named = not first.bare or (len(tokens) > 1 and tokens[1].capital and tokens[1].bare)
    # "arabasının": whose car was said before
    if stop == 0 or named or re.search(r"[ıiuü]n[ıiuü]n$", first.low):
        return False
    comma = next((i for i in range(min(stop, 6)) if tokens[i].after.startswith(",")), None)
    if comma is not None:
        head = tokens[comma]
        return (
            head.low != "değil"
            and head.bare
            and not _ADVERBIAL.search(head.low)
            and not subordinate(head.low)
            and not first.low.endswith(("nda", "nde"))
        )
    if first.low in _COMMON_ADJECTIVES and len(tokens) > 1 and tokens[1].low in COMMON_SUBJECTS:
        return stop == 2 or (stop > 2 and not _POSSESSED.search(tokens[2].low))
    if first.low in COMMON_SUBJECTS or re.search(r"[^aeıioöuü]?l[ae]r$", first.low):
        return stop == 1 or not re.search(r"(?:s[ıi]|s[uü]|l[ae]r[ıi]|[^aeıioöuü][ıiuü])$", tokens[1].low) or tokens[1].low.endswith("ini")
    return (
        2 <= stop <= 4
        and re.search(r"[^aeıioöuü]?[ıiuü]n$", first.low) is not None
        and bool(_POSSESSED.search(tokens[stop - 1].low))
        and not _ADJECTIVE.search(tokens[stop - 1].low)
    )


def common_subject_end(tokens: Sequence[Token], stop: int) -> int:
    """Return how many tokens a common subject takes, 0 where that is not plain to see."""
    if not common_subject(tokens, stop):
        return 0
    comma = next((i for i in range(min(stop, 6)) if tokens[i].after.startswith(",")), None)
    if comma is not None:
        return 0 if any(token.low in {"ve", "veya"} or token.after for token in tokens[comma + 1 : comma + 5]) else comma + 1
    if tokens[0].low in _COMMON_ADJECTIVES:
        return 2
    return 1 if tokens[0].low in COMMON_SUBJECTS or tokens[0].low.endswith(("lar", "ler")) else 0


def counted_subject(sentence: Sentence, noun_end: int) -> bool:
    """Whether the counted noun that ends before token `noun_end` is itself the subject: `Safranbolu'da 1.008 ev vardır`."""
    tokens = sentence.tokens
    first = tokens[0]
    located = any(re.search(r"['’](?:[dt][ae](?:ki)?|n?d[ae](?:ki)?)$", tokens[last - 1].text) for _, last in runs(tokens[:noun_end]))
    return located and first.capital and noun_end == len(tokens) - 1 and bool(_EXISTENTIAL.match(tokens[-1].low))


def with_whole_name(question: str, names: Names) -> tuple[str, str | None]:
    """Return `question` with a lone surname at its start made whole, and None or the doubt about a short name."""
    tokens = tokenize(question)
    for first, last in runs(tokens):
        token = tokens[first]
        word = _stem(token)
        if last - first > 1:
            return question, "common_name" if _of_a_kind(tokens[first:last]) else None
        whole = names.whole.get(word) or (names.called.get(word) if word in first_names() else None)
        if whole is not None:
            return question[: token.start] + whole + question[token.start + len(word) :], None
        if first == 0 and not _proper_alone(token, names):
            continue
        if word in _SHARED_NAMES or word in first_names() - places():
            return question, "short_name"
        sure = (
            word in places()
            or _PLACE_LIKE.search(word)
            or word.isupper()
            or (word in tokenize_words(names.title) and word not in names.persons)
        )
        return question, None if sure else "short_name"
    return question, "no_name"


def _of_a_kind(run: Sequence[Token]) -> bool:
    """Whether a name is a common word with its kind, as many places and bodies have one: `Göçmen Mahallesi`, `Yönetim Kurulu`."""
    return len(run) == 2 and _KINDS.match(_stem(run[1])) is not None and _stem(run[0]) not in places()


_KINDS = re.compile(
    r"(?:Mahallesi|Caddesi|Sokağı|Bulvarı|Meydanı|Köyü|Beldesi|Okulu|İlkokulu|Ortaokulu|Lisesi|Anaokulu|Parkı|Camii|Camisi|Mescidi|Çeşmesi|Hanı|Hamamı|Köprüsü|Deresi|Çayı|Tepesi|Yaylası|Apartmanı|Sitesi|İstasyonu|Lokantası|Oteli|Kıraathanesi|Çarşısı|Arastası|Pazarı|(?:Kurulu?|Heyeti|Komisyonu|Meclisi?|Müdürlüğ?[kü]|Sekreterliğ?[ki])(?:n[ıiuüae]n?|nd[ae]n?|nc[ae])?)$"
)


def without_owner(question: str) -> str:
    """Return `question` without what ties a person to the story: `Babası Yakup Sözbilir`, `Köyün son zurnacısı Şaban Üflez`."""
    tokens = tokenize(question)
    for first, last in runs(tokens):
        kin = tokens[first].text in KIN and last - first > 2
        begin = first + 1 if kin else first
        owned = begin > 0 and (begin > first or re.search(r"[ıiuü]n$", tokens[0].low) or tokens[0].text in KIN)
        if (
            last - begin > 1
            and begin <= 5
            and owned
            and (kin or is_person(tokens, begin, last))
            and not any(t.after for t in tokens[:begin])
        ):
            return question[tokens[begin].start :]
        if first > 0:
            break
    return question


def tokenize_words(text: str) -> frozenset[str]:
    """Return the words of `text` without suffixes after an apostrophe."""
    return frozenset(_stem(token) for token in tokenize(text))


def _proper_alone(token: Token, names: Names) -> bool:
    word = _stem(token)
    return not token.bare or word in names.known or word in places() or word in names.whole or (word.isupper() and len(word) > 2)


def _holds_name(tokens: Sequence[Token], names: Names) -> bool:
    return any(
        token.capital and (index > 0 or _proper_alone(token, names) or (len(tokens) > 1 and tokens[1].capital))
        for index, token in enumerate(tokens)
    )


def _personal(words: Sequence[str]) -> bool:
    return (
        words[0] in first_names()
        or words[-1].endswith(PERSON_SUFFIXES)
        or (lower(words[0]) in PROFESSIONS and len(words) > 1 and words[1] in first_names())
    )


def _stem(token: Token) -> str:
    return re.split(r"['’]", token.text)[0]
