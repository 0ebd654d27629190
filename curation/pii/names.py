"""Names of people in Turkish texts, by first names, capitals, forms of address and the apostrophe before a suffix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from curation import turkish
from curation.pii.findings import Finding, matching_key
from curation.pii.gazetteer import GOES_ON, OPENS, Part, first_names, glued_suffix, is_surname, part
from curation.pii.sieve import any_case, holding

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĘĞİŁŃŌŐŘŚŞŠŤŪŮŰŹŻŽ"
_LOWER = "a-zß-öø-ÿāćčďđēęğıłńōőřśşšťūůűźżžə"
# A word with a capital or in capitals, or an initial; the suffix after its apostrophe is not part of it.
_WORD = re.compile(
    rf"[{_UPPER}](?<![\w@'’][{_UPPER}])(?:[{_LOWER}]{{1,24}}(?:-?[{_UPPER}][{_LOWER}]{{1,20}})?|[{_UPPER}]{{1,24}})(?![\w@])|[{_UPPER}](?<![\w@][{_UPPER}])\.(?=\s?[{_UPPER}])"
)
_PARTICLE = re.compile(r" (?:van|von|de|da|del|della|di|der|den|la|le|bin|ibn|ter|dos) ")
_MAX_WORDS, _MAX_FOREIGN = 5, 3

# Said to or of a person whom the text knows privately: a customer, a patient, a party to a case.
_ROLES = (
    r"(?:sayin|sn\.?|adi? soyadi?|ad-soyad|isim soyisim|musteri(?:miz|si|niz)?|temsilci(?:miz|niz|si)|hasta(?:miz|si)?|davaci|davali|sanik|supheli|magdur|musteki|sikayetci|tanik"
    r"|muvekkil(?:im|imiz)?|velisi|ogretmenim|komsum|annem|babam|esim|kizim|oglum|kardesim|cocugum|ben|adim|yetkili(?: kisi)?|alici|gonderen|gonderici|iletisim|calisanimiz"
    r"|personel(?:imiz)?|ogrenci(?:miz|si)?|ev sahibim|emlakci|kiraci(?:m|miz|si)?|arac sahibi|aracin surucusu|basvuru sahibi|basvuran|mukellef|uye(?:miz)?|yolcu|kimlik numarali|dogumlu"
    r"|uzerindeki isim|bagajini kaybeden|vekili av\.)"
)
_PRIVATE_BEFORE = re.compile(rf"\b{_ROLES}\s?[:,]?\s*$")
_TITLE_BEFORE = re.compile(
    r"(?:\b(?:av|dr|prof|doc|uzm|op|yrd|ogr|gor|uye|muh|mim|bay|bayan|albay|yuzbasi|hemsire|doktor|avukat|profesor|muhtar)\b\.?\s*)+$"
)
_FORM_AFTER = re.compile(r"^\s+(?:bey|hanim|pasa|efendi|hoca|veli)(?= )")
_ADDRESS_AFTER = re.compile(r"\s+(?:bey|hanim|beyefendi|hanimefendi|hoca|abi|abla|teyze|amca)(?:\b|['’])")
# Behind a name these make an institution, a street or a place of it.
_INSTITUTION = re.compile(
    r"(?:(?:universite|havaliman|havaalan|muze|merkez|lise|ilkokul|ortaokul|okul|kolej|hastane|cadde|sokag|bulvar|mahalle|meydan|park|stad|stadyum|kopru|vakf|dernek|derneg|cami|camii|kulliye"
    r"|belediye|ilce|koy|baraj|dag|gol|nehr|irmag|ada|banka|kitabev|yayin|gazete|dergi|kupa|odul|kutuphane|apartman|site|tiyatro|kulub|enstitu|fakulte|yurd|kisla|hanedan|imparatorlug|devlet"
    r"|konservatuvar|alfabe|teorem|formul|sendrom|hastalig|antlasma|anlasma|kanun|yasa|turbe|destan|kilise|katedral|manastir|kale|saray|beylig|sultanlig|takim|burc|ay|bayram|yildiz|donem|vergi)(?:s?[iu]|l[ae]ri)"
    r"|universite|cadde|cad|cd|sokak|sok|sk|bulvar|blv|mahalle|mah|mh|havalimani|apt|plaza|holding|ltd|sanayi|ticaret|insaat|bank|park|spor|koleji?|anadolu|fen|imam|aile|meslek|devlet|kultur)"
    r"(?:n[a-z]{1,5}|y[aei])?\b"
)
# The second word of a compound ("Göktürk Alfabesi", "Orhun Anıtları"), which no surname looks like.
_COMPOUND = re.compile(r"(?:s[iu]|l[ae]r[i]?|l[ae]r[i]n[a-z]*|daki|deki)$")
_PEOPLES = frozenset(
    re.findall(
        r"\w+",
        "alman fransiz ingiliz italyan ispanyol amerikan rus yunan japon cin arap kurt ermeni yahudi turk hint isvec polonya "
        "macar bulgar sirp iran misir isvicre hollanda",
    )
)


class Word(NamedTuple):
    """A word of a text with a capital, and what it can be."""

    start: int
    end: int
    text: str
    part: int


def find_names(text: str) -> Iterator[Finding]:
    """Yield the names of people in `text`; `private` where a form of address or a role makes it a private person's. Sure rather than complete."""
    yield from _capital_names(text)
    yield from _lower_case_names(text)


_FEW = 8  # so many texts are read sooner than RE2 has read its expression


def find_names_many(texts: Sequence[str]) -> list[list[Finding]]:
    """Return for each of `texts` the names that `find_names` yields."""
    found = [list(_capital_names(text)) for text in texts]
    for index in holding(texts, _lower_sieve()) if len(texts) > _FEW else range(len(texts)):
        found[index] += _lower_case_names(texts[index])
    return found


def is_private(text: str, start: int) -> bool:
    """Whether the words before the name at `start` make it a private person's: a role, a form of address, a label."""
    return _PRIVATE_BEFORE.search(matching_key(text[max(0, start - 40) : start])) is not None


def _capital_names(text: str) -> Iterator[Finding]:
    words = [Word(match.start(), match.end(), (word := match.group()), part(word)) for match in _WORD.finditer(text)]
    index = 0
    while index < len(words):
        name = _name_at(text, words, index)
        finding = _judged(text, words, index, name) if name else None
        if finding is not None:
            yield finding
            index += len(name)
        else:
            index += 1


def _name_at(text: str, words: list[Word], index: int) -> list[Word]:
    """The words of the name that may open at `index`; none where nothing there opens one."""
    first = words[index]
    if first.part & Part.OTHER:
        return []
    if not first.part & OPENS:
        return _strange_name(text, words, index) if _is_called(text, words, index) else []
    name = [first]
    for word in words[index + 1 : index + _MAX_WORDS]:
        if not _adjacent(text, name[-1], word) or word.part & (Part.OTHER | Part.FORM):
            break
        if word.part & GOES_ON:
            name.append(word)
            continue
        cut = glued_suffix(word.text, Part.SURNAME)
        if cut > (0 if first.part & Part.FIRST else 1):  # one letter behind a word that is a name too makes a compound: "Deniz Yıldızı"
            name.append(word._replace(end=word.end - cut, text=word.text[:-cut], part=Part.SURNAME))
        elif _may_be_surname(word):
            name.append(word)
            if first.part & Part.FOREIGN and len(name) < _MAX_FOREIGN:
                continue
        break
    return name


def _is_called(text: str, words: list[Word], index: int) -> bool:
    """Whether a word no list knows may open a name: with another one beside it, and a form of address behind or a role or a colon before."""
    word = words[index]
    if index + 1 == len(words) or words[index + 1].start - word.end > 2:
        return False
    if words[index + 1].part & Part.FORM or (index + 2 < len(words) and words[index + 2].part & Part.FORM):
        return True
    before = word.start - 1
    last = text[text.rfind(" ", max(0, before - 20), max(0, before)) + 1 : max(0, before)]
    return last.endswith(":") or part(last) & Part.CUE != 0 or part(last.rstrip(".,")) & Part.CUE != 0


def _strange_name(text: str, words: list[Word], index: int) -> list[Word]:
    """Words no list knows, that a form of address behind them or a role before them makes a name."""
    first = words[index]
    run = [first]
    for word in words[index + 1 : index + 3]:
        if not _adjacent(text, run[-1], word) or word.part & (Part.OTHER | Part.FORM) or not _may_be_surname(word):
            break
        run.append(word)
    if first.part & (Part.CUE | Part.FORM) or not _may_be_surname(first):
        return []
    if len(run) > 1 or first.part & Part.SURNAME or (index + len(run) < len(words) and words[index + len(run)].part & Part.FORM):
        return run
    return []


def _adjacent(text: str, left: Word, right: Word) -> bool:
    between = text[left.end : right.start]
    if between in {" ", "  "} or (not between and left.text.endswith(".")):
        # "Ahmet YILMAZ" is one name, "AHMET Yılmaz" is a heading and a sentence
        return left.text[1:2].islower() or left.text.endswith(".") or right.text.isupper()
    return left.part & Part.FOREIGN != 0 and _PARTICLE.fullmatch(between) is not None


def _may_be_surname(word: Word) -> bool:
    if word.part & Part.SURNAME:
        return True
    key = turkish.ascii_letters(word.text)
    return len(key) > 2 and not _COMPOUND.search(key) and not _INSTITUTION.fullmatch(key) and key not in _PEOPLES


def _judged(text: str, words: list[Word], index: int, name: list[Word]) -> Finding | None:
    """The finding of a name, unless it is part of something else; what stands around it makes it more or less sure."""
    start, end = name[0].start, name[-1].end
    after = matching_key(text[end : end + 30])
    if _is_of_institution(after):
        return None
    before = matching_key(text[max(0, start - 40) : start])
    private = _PRIVATE_BEFORE.search(before) is not None
    titled = private or _TITLE_BEFORE.search(before) is not None
    addressed = _ADDRESS_AFTER.match(after) is not None
    if text[max(0, start - 2) : start].rstrip()[-1:].isdecimal() and name[0].part & Part.HOMOGRAPH:
        return None  # 14 Kasım Cuma
    if name[0].part & Part.INITIAL and (name[-1].part & Part.INITIAL or (not titled and text[start - 1 : start] == "\n")):
        return None  # T.C., or a heading's letter
    rule, score = _rule(name, titled=titled, addressed=addressed, suffixed=_takes_suffix(after))
    if score < _ALONE and len(name) == 1 and not _stands_alone(text, words, index, name[0]):
        return None
    if score == _IN_SENTENCE and not (_GOES_BEFORE.search(text, max(0, start - 12), start) and _GOES_BEHIND.match(text, end)):
        return None
    return Finding("PERSON", start, end, score, private, rule) if score else None


# Unlike the last word of a compound ("Toprak Reformu") a surname ends in a consonant or an open vowel, or in one of these.
_SURNAME_END = re.compile(r"(?:(?<![mn])a|(?<![m])e|[bcdfghjklmpqrstvwxyz]|(?<![ae])n|o|oglu|[cl][iu])$")
_SURNAME_ONLY_END = re.compile(r"(?:oglu|ogullari|gil|soy|turk|tekin|kaya|tas)$")
_APOSTROPHES = frozenset("'’")
_AFTER_INITIAL = Part.SURNAME | Part.FIRST | Part.FOREIGN
_IN_SENTENCE = 0.4
"""The score of a word that is a name too and has nothing of a name about it but a capital in the middle of a sentence."""
_GOES_BEFORE = re.compile(rf"[{_LOWER}],? $")
_GOES_BEHIND = re.compile(rf",? [{_LOWER}]|, [{_UPPER}]|[.;]")
_ALONE = 0.6
"""Under this score a first name without surname, title and suffix has to stand in a sentence to be one."""


def _rule(name: list[Word], *, titled: bool, addressed: bool, suffixed: bool) -> tuple[str, float]:
    """Which rule makes words a name and how sure it is; 0 where none does."""
    first, rest = name[0].part, name[1:]
    sure = titled or addressed
    known = any(word.part & GOES_ON for word in rest)
    rules = (
        (Part.FIRST, "full-name" if rest else "first-name", 0.85 if rest or sure or suffixed else 0.5),
        (
            Part.HOMOGRAPH,
            "homograph" if rest or sure else "homograph-alone",
            0.7 if sure or known else _unsure_homograph(name, suffixed=suffixed),
        ),
        (Part.FOREIGN, "foreign-name", 0.65 if rest else 0.6 if sure else 0.55 if suffixed else 0.0),
        (Part.INITIAL, "initials", 0.65 if rest and (sure or any(word.part & _AFTER_INITIAL for word in rest)) else 0.0),
        (Part.SURNAME, "surname", 0.65 if addressed or (titled and rest) else 0.0),
    )
    return next(
        ((rule, score) for bit, rule, score in rules if first & bit),
        ("strange-name", 0.55 if addressed or (titled and rest) else 0.0),
    )


def _unsure_homograph(name: list[Word], *, suffixed: bool) -> float:
    """The score of a word that is a name too, by itself or before a word no list knows."""
    thing = name[0].part & Part.THING != 0
    if len(name) == 1:
        return 0.0 if thing else 0.5 if suffixed else _IN_SENTENCE
    return 0.55 if (_SURNAME_ONLY_END if thing else _SURNAME_END).search(turkish.ascii_letters(name[-1].text)) else 0.0


def _is_of_institution(after: str) -> bool:
    following = _FORM_AFTER.sub("", after).lstrip(" \n")  # "Zübeyde Hanım Caddesi"
    return not _takes_suffix(after) and _INSTITUTION.match(following) is not None


def _takes_suffix(after: str) -> bool:
    return after[:1] in _APOSTROPHES and after[1:2].isalpha()


def _stands_alone(text: str, words: list[Word], index: int, word: Word) -> bool:
    """Whether a first name without anything else stands in a sentence as a person's: no heading, no line of a table, no word of a longer name."""
    if word.text.isupper() or text[word.end : word.end + 1] in {"-", "–", "/"} or text[word.start - 1 : word.start] in {"-", "–", "/"}:
        return False
    if (
        index + 1 < len(words)
        and _adjacent(text, word, words[index + 1])
        and _COMPOUND.search(turkish.ascii_letters(words[index + 1].text))
    ):
        return False
    line_before, line_after = text[max(0, word.start - 2) : word.start], text[word.end : word.end + 2]
    return not (line_before.endswith("\n") or not line_before) or not (line_after.startswith("\n") or not line_after)


# --- without capitals --------------------------------------------------------------------------------------------------

_LOWER_ROLES = rf"(?:{_ROLES}|(?:dr|av|doc)\.)"
_AFTER_CUE = r" ?[:,]?[ \t\n]+"
_LOWER_CUE = re.compile(rf"\b{_LOWER_ROLES}{_AFTER_CUE}")
_LOWER_RUN = re.compile(r"[a-z]{2,20}(?: [a-z]{2,20}){1,2}(?![\w@])|[a-z]\. ?[a-z]{2,20}(?![\w@])|[a-z]{3,20}(?=['’])")


def _lower_case_names(text: str) -> Iterator[Finding]:
    """Yield names written without capitals, which only a strong word before them can tell from a sentence ("Ad Soyad: ayşe kaya")."""
    key = matching_key(text)
    for cue in _LOWER_CUE.finditer(key):
        match = _LOWER_RUN.match(key, cue.end())
        if match is None or not text[match.start()].islower():
            continue
        parts = match.group().replace(".", ". ").split()
        surname = next((i for i in range(len(parts) - 1, 0, -1) if is_surname(parts[i])), 0)
        if (parts[0] in first_names() or parts[0].endswith(".")) and (surname or len(parts) == 1):
            end = match.start() + sum(map(len, parts[: surname + 1])) + surname
            yield Finding("PERSON", match.start(), min(end, match.end()), 0.6, private=True, rule="lower-case")


@cache
def _lower_sieve() -> str:
    small = "".join(any_case(chr(code), small=True)[1:-1] for code in range(ord("a"), ord("z") + 1))
    names = "|".join(sorted({any_case(name[0], small=True) + any_case(name[1:3]) for name in first_names()}))
    return rf"{any_case(_LOWER_ROLES)}{_AFTER_CUE}(?:[{small}]\.|{names})"
