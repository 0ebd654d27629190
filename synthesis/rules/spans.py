"""What can be asked for in a sentence: dates, numbers, places, persons, each with the question word that takes its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from synthesis.lexicon import MONTHS, NUMBER_WORDS, ORGANISATIONS, PLACE_NOUNS, PROFESSIONS, places, word_set
from synthesis.rules.names import is_person, name_start, runs
from synthesis.rules.sentence import Sentence, Token, subordinate


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start:end` of a clause that `word` replaces in the question; `kind` is the rule's name, `doubt` why not to trust it."""

    start: int
    end: int
    word: str
    kind: str
    doubt: str | None = None


_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
COMMA = re.compile(r",(?!\d)")  # not the one of a decimal
_DATE = re.compile(
    rf"(?<![\w.,/–-])(?P<day>\d{{1,2}} )?(?P<month>(?:{MONTHS}) )?(?P<year>{_YEAR})"
    r"(?:(?P<plain>['’][dt][ae])(?= )|(?P<named> (?:yılında|senesinde))(?= )|(?P<dated> tarihinde)(?= )|(?P<since>['’][dt][ae]n (?:beri|itibaren|bu yana))(?= )|(?P<until>['’]y?[ea] (?:kadar|dek))(?= ))"
)
_CHANGED = re.compile(r"\d['’][dt][ae]n .*\d['’]y?[aeıiuü](?!\w)")  # "%76'dan %55'e düştü" has two times
_CLOCK = re.compile(r"(?<=saat )(?P<clock>[0-2]?\d[.:][0-5]\d)['’](?P<suffix>[dt][ae]|[dt][ae]n|y?[ae])(?= )")
_NUMBER = re.compile(
    rf"(?<![\w.,/–'’%-])(?P<number>(?:\d{{1,3}}(?:\.\d{{3}})+|\d+)(?:,\d+)?(?: (?:bin|milyon|milyar))*|(?:{NUMBER_WORDS})(?: (?:{NUMBER_WORDS}|bir))*) (?=(?P<noun>[a-zçğıöşüâîû]+))"
)
_PERCENT = re.compile(r"(?<![\w.,–-])(?P<mark>%|[Yy]üzde )(?P<number>\d+(?:,\d+)?)['’](?P<suffix>s?[ıiuü](?:n[ıiuü])?)(?= )")
_APPROXIMATE = re.compile(r"(?:yaklaşık|toplam|en az|en fazla|en çok|en geç|tam|ortalama|yalnızca|sadece|tam olarak) $")
# These do not take "kaç", or change what is asked.
_UNCOUNTED = re.compile(
    r"(?:sayılı|numaralı|tarihli|nolu|yıl[ıi]?\w*|yüzyıl\w*|asır\w*|kadar|civarı\w*|dolay\w*|aşkın|küsur|fazla|veya|ya|ve|ile|ayrı|kat|katı|katına|puan\w*|defa\w*|bin|yarım|buçuk\w*|kişiden|derece\w*|yıldız\w*|yandan|"
    r"yaş\w*|üzeri\w*|ila|gibi|model|kez|adım\w*|yön\w*|taraf\w*|türlü|sabah|akşam|gece|tane\w*|madde\w*|\w*[ıiuü]nc[ıiuü]\w*|bölü|büyük|ana|temel|il[ie]?|önemli|ünlü|yeni|eski|küçük|numara\w*|sürüm\w*|versiyon\w*|sınıf\w*|aylık|haftalık|yıllık)$"
)
_UNITS = re.compile(
    r"(?:metre|kilometre|santimetre|milimetre|metrekare|kilometrekare|dönüm|hektar|kilo|kilogram|gram|ton|litre|lira|kuruş|saat|gün|hafta|ay|dakika|saniye|kişi|volt|megabit|megabayt|avro|dolar)"
)
_RELATIVE = word_set(
    """
    sonra önce evvel kala geçe beri itibaren kadar ila arasında arasındaki arası fazla az çok aşkın ötede uzakta uzaklıkta ileride
    üstünde altında üzerinde
    """
)
_PLACE_CASE = re.compile(r"^(?P<stem>[^'’]+)['’](?:n)?(?P<case>[dt]e|[dt]a|[dt]en|[dt]an|y?a|y?e|na|ne)$")
_NOUN_CASE = re.compile(rf"^(?P<noun>{'|'.join(PLACE_NOUNS)})(?P<case>nde|nda|nden|ndan|ne|na)$")
_MOTION = re.compile(r"^(?:git|gid|gel|taşın|göç|yerleş|dön|var|uç|ulaş|yolla|gönder|sürül|kaç|in[dm]|atan|çıkar)")
_LEANS_ON_DATIVE = re.compile(r"(?:yakın|göre|karşı|rağmen|ait|bağlı|dair|özgü|dayal|yönelik)")  # "Eskişehir'e yakın bir köye gitti"
_NOT_FROM = word_set("sonra önce beri itibaren dolayı daha oluşan biri birinden başka ötürü fazla kalma bu")
_AGENT_VERB = re.compile(
    r"^(?:kur|yaz|tasarla|bul|keşfet|yap|çiz|bestele|yaptır|fethet|yönet|kazan|aç|derle|çevir|icat|inşa|onar|başlat|geliştir|topla|işlet|kaydet|seç|belirle|hazırla|düzenle|dik|tut|buldu)\w*(?:d|t)[ıiuü](?:lar|ler)?$"
    r"|^(?:kur|yaz|tasarla|yap|çiz|yönet|yürüt|işlet|düzenle|hazırla|üret|sağla)\w*(?:yor|maktadır|mektedir)$"
)


def spans(sentence: Sentence) -> Iterator[Span]:
    """Yield what can be asked for in the clause, the surest rules first."""
    yield from _dates(sentence)
    yield from _places(sentence)
    yield from _agents(sentence)
    yield from _clocks(sentence)
    yield from _percentages(sentence)
    yield from _numbers(sentence)
    yield from _persons(sentence)


def _dates(sentence: Sentence) -> Iterator[Span]:
    text = sentence.text
    found = list(_DATE.finditer(text))
    years = re.findall(rf"\b{_YEAR}\b", text)
    for match in found:
        exact = bool(match["month"] or match["dated"])
        if match["since"]:
            word = ("hangi tarihten " if exact else "hangi yıldan ") + match["since"].split(" ", 1)[1]
        elif match["until"]:
            word = ("hangi tarihe " if exact else "hangi yıla ") + match["until"].split(" ")[1]
        else:
            word = "hangi tarihte" if match["dated"] else "hangi yılda" if match["named"] and not exact else "ne zaman"
        doubt = None
        if len(years) > 1 or _CHANGED.search(text):
            doubt = "several_dates"
        elif match["month"] is None and (
            match["day"] or re.search(rf"(?:{MONTHS}|M\.?[ÖS]\.?|[Mm]ilattan önce|[Mm]ilattan sonra) $", text[: match.start()])
        ):
            doubt = "broken_date"
        yield Span(match.start(), match.end(), word, "date", doubt)


def _clocks(sentence: Sentence) -> Iterator[Span]:
    for match in _CLOCK.finditer(sentence.text):
        ending = {"d": "kaçta", "t": "kaçta"}.get(match["suffix"][0], "kaça")
        ending = "kaçtan" if match["suffix"].endswith("n") else ending
        yield Span(match.start(), match.end(), ending, "clock")


def _percentages(sentence: Sentence) -> Iterator[Span]:
    # "kaç" takes its own vowels: %40'ı -> yüzde kaçı, %60'ını -> yüzde kaçını
    for match in _PERCENT.finditer(sentence.text):
        word = "kaçını" if len(match["suffix"].removeprefix("s")) == 3 else "kaçı"
        doubt = "several_numbers" if len(re.findall(r"(?:%|[Yy]üzde )\d", sentence.text)) > 1 else None
        yield Span(match.start(), match.end(), f"yüzde {word}", "percent", doubt)


def _numbers(sentence: Sentence) -> Iterator[Span]:
    text = sentence.text
    dates = [match.span() for match in _DATE.finditer(text)]
    found = [m for m in _NUMBER.finditer(text) if not any(start <= m.start() < end for start, end in dates)]
    for match in found:
        noun, before = match["noun"], text[: match.start()]
        if _UNCOUNTED.match(noun) or re.fullmatch(_YEAR, match["number"]):
            continue
        end = match.end("number")
        doubt = None
        following = sentence.tokens[sentence.at(end) :]
        if _crowded(text, match, dates) or before.endswith((" veya ", " ya da ", "ilâ ")):
            doubt = "several_numbers"
        elif re.search(r"[ıiuü]n$", noun) and any(re.match(r"(?:tamam|hep[sin]|her|tüm|bütün)", t.low) for t in following[1:2]):
            doubt = "not_a_count"  # "dört testin tamamı"
        elif any(token.low in _RELATIVE for token in following[:3]):
            doubt = "relative_amount"
        elif re.search(
            r"(?<![\w'’])(?:[Hh]er|ilk|son|bu|ikinci|daha|[Mm]adde|[Nn]o|[Ss]ayı|bir|o|da|de|binde|yüzde|saat|iki|ya|yıl[ıi]|[Gg]eçen|en iyi|birkaç|binlerce|yüzlerce) $",
            before,
        ):
            doubt = "not_a_count"
        elif re.search(r"['’]n?[ıiuü]n [A-ZÇĞİÖŞÜ]\w+ $", before):
            doubt = "not_a_count"  # "T-Mobile'ın Nexus 4 ürün sayfası"
        elif re.search(r"l[ıiuü]k$", noun) and not _UNITS.match(noun):
            doubt = "attribute"
        yield Span(match.start(), end, "kaç", "number", doubt)


def _crowded(text: str, match: re.Match[str], dates: list[tuple[int, int]]) -> bool:
    """Whether another number could be meant: any but one before it, in the same breath and not on a list."""
    if re.search(rf"\b(?:{NUMBER_WORDS}|bir)(?:[ae]r|[ıiuü]nc[ıiuü])\b", text):
        return True
    bare = rf"\d+(?:[.,]\d+)*|\b(?:{NUMBER_WORDS})(?:\b|['’]|[dt][ae]|[ıiuü])(?: (?:{NUMBER_WORDS}|bir)\b)*"
    start, end = match.span("number")
    others = [m for m in re.finditer(bare, text) if not start <= m.start() < end and not any(s <= m.start() < e for s, e in dates)]
    if not others:
        return False
    between = text[others[0].end() : start]
    listed = re.search(r",| ve | ile | veya | ya da |%|['’]|-|arası|kadar", between) or re.search(r"^\S* \S+ (?:ve|veya|ile) ", text[end:])
    return len(others) > 1 or others[0].start() > start or listed is not None or len(between.split()) < 2


def _places(sentence: Sentence) -> Iterator[Span]:
    tokens = sentence.tokens
    verb = tokens[-1].low
    for index, token in enumerate(tokens):
        yield from _named_kind_of_place(sentence, index)
        match = _PLACE_CASE.match(token.text)
        if match is None or not token.capital or token.after:
            continue
        first = _place_start(tokens, index)
        if first is None:
            continue
        case = match["case"]
        if case in {"da", "de", "ta", "te"}:
            word = "nerede"
        elif case in {"dan", "den", "tan", "ten"}:
            if not _MOTION.match(verb) or (index + 1 < len(tokens) and tokens[index + 1].low in _NOT_FROM):
                continue
            word = "nereden"
        elif _MOTION.match(verb) and not _LEANS_ON_DATIVE.match(tokens[index + 1].low if index + 1 < len(tokens) else ""):
            word = "nereye"
        else:
            continue
        yield Span(tokens[first].start, token.end, word, "place", _place_doubt(tokens, first, index))


def _place_start(tokens: tuple[Token, ...], index: int) -> int | None:
    stem = re.split(r"['’]", tokens[index].text)[0]
    if stem not in places():
        return None
    first = name_start(tokens, index)
    return first if first == index or not tokens[first].bare else None


def _named_kind_of_place(sentence: Sentence, index: int) -> Iterator[Span]:
    """`Denizli'nin Buldan ilçesinde` -> `Denizli'nin hangi ilçesinde`; without an owner `hangi ilçede`."""
    tokens = sentence.tokens
    match = _NOUN_CASE.match(tokens[index].low)
    if match is None or index == 0 or tokens[index].after or tokens[index].capital:
        return
    name = tokens[index - 1]
    if not name.capital or not name.bare:
        return
    first = name_start(tokens, index - 1)
    owned = first > 0 and re.search(r"['’]n?[ıiuü]n$", tokens[first - 1].text) is not None
    doubt = _place_doubt(tokens, first, index)
    if owned:
        yield Span(tokens[first].start, tokens[index - 1].end, "hangi", "place", doubt)
    else:
        ending = match["case"][1:] if len(match["case"]) > 2 else match["case"].replace("n", "y", 1)
        yield Span(tokens[first].start, tokens[index].end, f"hangi {PLACE_NOUNS[match['noun']]}{ending}", "place", doubt)


def _place_doubt(tokens: tuple[Token, ...], first: int, last: int) -> str | None:
    if first > 0 and tokens[first - 1].low in {"ve", "ile", "veya", "hem"}:
        return "coordination"
    if any(re.search(r"['’][dt][ae]$", token.text) and token.text[0].isupper() for token in tokens[last + 1 :]):
        return "several_places"
    if any(token.capital for token in tokens[last + 1 : last + 2]) and any(re.search(r"[ıiuü]nd[ae]$", t.low) for t in tokens[last + 1 :]):
        return "several_places"  # "İstanbul'da bir basımevinin atölyesinde": the place is told more closely
    return None


def _agents(sentence: Sentence) -> Iterator[Span]:
    tokens = sentence.tokens
    for index, token in enumerate(tokens):
        if token.low != "tarafından" or index == 0 or index == len(tokens) - 1:
            continue
        first = index
        while first > 0 and tokens[first - 1].capital and tokens[first - 1].bare and not tokens[first - 1].after:
            first -= 1
        if first in (0, index):
            continue
        person = is_person(tokens, first, index)
        organisation = ORGANISATIONS.search(tokens[index - 1].text) is not None
        doubt = "coordination" if tokens[first - 1].low in {"ve", "ile", "veya"} else None
        if person:
            first, title_doubt = _title_start(tokens, first)
            yield Span(tokens[first].start, tokens[index - 1].end, "kim", "agent", doubt or title_doubt)
        elif organisation:
            if tokens[first - 1].bare and not tokens[first - 1].after:
                doubt = doubt or "unclear_agent"
            yield Span(tokens[first].start, tokens[index - 1].end, "hangi kurum", "agent", doubt)


def _persons(sentence: Sentence) -> Iterator[Span]:
    """A person in the middle, right before the verb or nearly: `camiyi Mimar Sinan yaptı` -> `camiyi kim yaptı`."""
    tokens = sentence.tokens
    for first, last in runs(tokens[:-1]):
        if first == 0 or last - first < 2 or not tokens[last - 1].bare or tokens[last - 1].after or not is_person(tokens, first, last):
            continue
        if len(tokens) - last > 2 or not _AGENT_VERB.match(tokens[-1].low):
            continue
        begin, doubt = _title_start(tokens, first)
        if begin == 0:
            continue
        if any(token.low == "için" for token in tokens[:begin]):
            doubt = doubt or "clause_before"  # "elleri titrediği için kâğıdını": whose paper the clause says
        doubt = doubt or ("coordination" if tokens[begin - 1].low in {"ve", "ile", "veya"} else None)
        yield Span(tokens[begin].start, tokens[last - 1].end, "kim", "person", doubt)


def _title_start(tokens: tuple[Token, ...], first: int) -> tuple[int, str | None]:
    begin = first
    if first > 1 and re.search(
        r"(?:öğretmen|mühendis|mimar|müdür|başkan|uzman|hekim|sorumlu|görevli|yönetici|temsilci|kaptan|öğrenc)\w*[ıiuü]$",
        tokens[first - 1].low,
    ):
        return _compound_title(tokens, first)
    worker = first > 0 and re.search(r"[cç][ıiuü]$", tokens[first - 1].low) is not None and tokens[first - 1].bare
    if first > 0 and (worker or tokens[first - 1].low in PROFESSIONS) and not tokens[first - 1].after:
        begin = first - 1
        while (
            begin > 0
            and not tokens[begin - 1].after
            and tokens[begin - 1].low in {"emekli", "genç", "yaşlı", "ünlü", "eski", "ilkokul", "usta", "amatör", "baş"}
        ):
            begin -= 1
    if begin == 0:
        return 0, None
    before = tokens[begin - 1]
    cased = not before.bare or before.after or re.search(r"(?:[^l][ıiuü]|[dt][ae]|[ae]|l[ae])$", before.low)
    return begin, None if cased else "unclear_title"


_OBJECT = re.compile(r"(?:[aeıioöuü]y[ıiuü]|[nrtşmkğ][ıiuü]|[ıiuü]n[ıiuüae])$")
_IN_TITLES = word_set("bilimleri ilişkileri işleri ikinci altıncı yedinci")


def _compound_title(tokens: tuple[Token, ...], first: int) -> tuple[int, str | None]:
    """`Toplantıyı | ziraat yüksek mühendisi Oğuzhan Çakılbeyi`: back to the object, an accusative."""
    begin = first - 1
    while begin > 0 and first - begin <= 4:
        before = tokens[begin - 1]
        if before.after or not before.bare or (before.capital and begin > 1):
            return begin, "unclear_title"
        if _OBJECT.search(before.low) and before.low not in _IN_TITLES:
            return begin, None
        begin -= 1
    return 0, None


def clause_after(sentence: Sentence, end: int) -> str | None:
    """The doubt when what follows a span opens another clause, goes on with `ve`, or stops at a comma; else None."""
    tail = sentence.text[end:]
    if re.match(r"\s*(?:,|ve\b|veya\b|ile\b|ya da\b|ilâ?\b|[-–/])", tail):
        return "coordination"
    following = sentence.tokens[sentence.at(end) : -1]
    if any(subordinate(token.low) for token in following if not token.capital):
        return "clause_after"
    return "comma_after" if COMMA.search(tail) else None


def approximate_start(text: str, start: int) -> int:
    """Return where the answer begins when `yaklaşık`, `en az` and their like stand before the span."""
    match = _APPROXIMATE.search(text[:start])
    return match.start() if match else start
