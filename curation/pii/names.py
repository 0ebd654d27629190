"""Names of people in Turkish texts, by first names, capitals, forms of address and the apostrophe before a suffix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from curation import turkish
from curation.pii.findings import Finding, matching_key

# A name word in capitals or with a capital, or an initial; the suffix after its apostrophe is not part of it.
_NAME_WORD = re.compile(r"[A-ZÇĞİÖŞÜÂÎÛ](?:[a-zçğıöşüâîû]{1,20}|[A-ZÇĞİÖŞÜÂÎÛ]{1,20})(?![\w@])|[A-ZÇĞİÖŞÜ]\.(?=\s?[A-ZÇĞİÖŞÜ])")
_GAP = re.compile(r" {1,2}|(?<=\.)")
_MAX_WORDS = 4
_SUFFIXES = re.compile(r"(?=(?:n?[iu]n|[yn]?[aeiu]|[dt][ae]n?|y?l[ae])$)")

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
_ADDRESS_AFTER = re.compile(r"\s+(?:bey|hanim|beyefendi|hanimefendi|hoca|abi|abla|teyze|amca)(?:\b|['’])")
# After a name these make an institution, a street or a place of it.
_INSTITUTION_AFTER = re.compile(
    r"['’]?\s*(?:universite|havaliman|havaalan|muze|merkez|lise|ilkokul|ortaokul|okul|kolej|hastane|cadde|cad\b|cd\b|sokag|sokak|sok\b|sk\b|bulvar|blv\b|mahalle|mah\b|mh\b|meydan|park|stad|kopru"
    r"|vakf|vakif|dernek|derneg|cami|kulliye|belediye|ilce|koy|baraj|baraji|dag|gol[u]\b|nehr|irmag|ada[s]|holding|ticaret|ltd|insaat|sanayi|bank|kitabev|yayin|gazete|dergi|kupa|odul|kutuphane"
    r"|konferans|salon|apartman|apt\b|site|plaza|tiyatro|sahne|kulub|spor\b|enstitu|fakulte|yurdu|kisla|donem|savas|antlasma|devlet|imparator|hanedan|teori|yasa|kanun|formul|sendrom|hastalig)"
)
_INSTITUTION = re.compile(
    r"(?:universite|havaliman|havaalan|muze|merkezi|lisesi|okulu|koleji|hastanesi|caddesi|sokagi|sokak|bulvari|mahallesi|meydani|parki|stad|koprusu|vakfi|dernegi|camii|belediyesi|baraji"
    r"|holding|enstitusu|fakultesi|tiyatrosu|kupasi|odulu|kutuphanesi|kislasi|bankasi|gazetesi|dergisi)"
)
_NO_NAME = frozenset(
    map(
        turkish.lower,
        turkish.words(
            """Bey Hanım Sayın Başkan Başkanı Bakan Bakanı Cumhurbaşkanı Başbakan Vali Müdür Müdürü Üye Üyeler Yetkili Müşteri Müşterimiz Kullanıcı Veli Veliler Hakim Savcı Hoca Doktor
            Hasta Davacı Davalı Sanık Tanık Doğum Tarihi Kimlik No Adres Tel Telefon Cep Faks IBAN KEP TC Türk Türkiye Ankara İstanbul İzmir Bursa Antalya Ocak Şubat Mart Nisan Mayıs Haziran Temmuz
            Ağustos Eylül Ekim Kasım Aralık Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar Bu Ve Ama Her Hiç Çok Bir Ben Sen Biz Siz Onlar Daha Sonra Bugün Yarın Dün Ancak Fakat Yıl Gün Ay
            Allah Tanrı Kuran Bakanlığı Kurumu Kurulu Mahkemesi Genel Eğitim Milli Devlet Avrupa Amerika Kuzey Güney Doğu Batı Merkez"""
        ),
    )
)


def find_names(text: str) -> Iterator[Finding]:
    """Yield the names of people in `text`; `private` where a form of address or a role makes it a private person's. Sure rather than complete."""
    key = matching_key(text)
    for start, end, words in _runs(text):
        if _INSTITUTION_AFTER.match(key, end) or any(map(_INSTITUTION.match, words)):
            continue
        before = key[max(0, start - 40) : start]
        private = bool(_PRIVATE_BEFORE.search(before))
        titled = bool(_TITLE_BEFORE.search(before))
        addressed = bool(_ADDRESS_AFTER.match(key, end))
        score = _score(words, titled or private, addressed, apostrophe=text[end : end + 1] in set("'’"))
        if score:
            yield Finding("PERSON", start, end, score, private=private)
    yield from _lower_case_names(text, key)


def _score(words: list[str], titled: bool, addressed: bool, *, apostrophe: bool) -> float:
    known, homographs = _first_names()
    first = words[0]
    surname = len(words) > 1
    if first in known:
        return 0.85 if surname or titled or addressed or apostrophe else 0.5
    if first in homographs and (
        surname and (words[1] in known or words[1] in homographs or words[-1] in _surnames() or titled or addressed)
    ):
        return 0.7
    if first in homographs and (titled or addressed):
        return 0.7
    initial = first.endswith(".") and surname and words[-1] in _surnames()
    if initial or ((titled or addressed) and surname and words[-1] in _surnames()) or (addressed and first in _surnames()):
        return 0.65
    return 0.0


def _runs(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield start, end and folded words of each run of name words on one line, cut where a word cannot be of a name."""
    run: list[re.Match[str]] = []
    for match in _NAME_WORD.finditer(text):
        is_name = turkish.lower(match.group()) not in _NO_NAME
        joined = bool(run) and _GAP.fullmatch(text, run[-1].end(), match.start()) is not None and _same_case(run[-1], match)
        if run and not (joined and is_name and len(run) < _MAX_WORDS):
            yield from _best(run)
            run = []
        if is_name:
            run.append(match)
    if run:
        yield from _best(run)


def _same_case(left: re.Match[str], right: re.Match[str]) -> bool:
    # "Ahmet YILMAZ" is one name, "AHMET Yılmaz" is a heading and a sentence.
    return left.group()[1:2].islower() or left.group().endswith(".") or right.group().isupper()


def _best(run: list[re.Match[str]]) -> Iterator[tuple[int, int, list[str]]]:
    """Cut the words before the first one that can open a name ("Dün Ahmet Yılmaz")."""
    known, homographs = _first_names()
    words = [turkish.fold(match.group()) for match in run]
    opening = next((i for i, word in enumerate(words) if word in known or word in homographs or word.endswith(".")), 0)
    words = words[opening:]
    cut = _glued_suffix(words[-1]) if len(words) > 1 else 0
    words[-1] = words[-1][: len(words[-1]) - cut]
    yield run[opening].start(), run[-1].end() - cut, words


def _glued_suffix(word: str) -> int:
    """The length of a case suffix that stands without its apostrophe behind a surname ("Ayşe Kayaya")."""
    if word in _surnames():
        return 0
    match = next((match for match in _SUFFIXES.finditer(word) if word[: match.start()] in _surnames()), None)
    return len(word) - match.start() if match else 0


_LOWER_CUE = re.compile(rf"\b{_ROLES}\s?[:,]?\s+")
_LOWER_RUN = re.compile(r"[a-z]{2,20}(?: [a-z]{2,20}){1,2}(?![\w@])|[a-z]\. ?[a-z]{2,20}(?![\w@])|[a-z]{3,20}(?=['’])")


def _lower_case_names(text: str, key: str) -> Iterator[Finding]:
    """Yield names written without capitals, which only a strong word before them can tell from a sentence ("Ad Soyad: ayşe kaya")."""
    known, homographs = _first_names()
    for cue in _LOWER_CUE.finditer(key):
        match = _LOWER_RUN.match(key, cue.end())
        if match is None or not text[match.start()].islower():
            continue
        words = match.group().replace(".", ". ").split()
        surname = next((i for i in range(len(words) - 1, 0, -1) if words[i] in _surnames()), 0)
        if (words[0] in known or words[0] in homographs or words[0].endswith(".")) and (surname or len(words) == 1):
            end = match.start() + sum(map(len, words[: surname + 1])) + surname
            yield Finding("PERSON", match.start(), min(end, match.end()), 0.6, private=True)


@cache
def _first_names() -> tuple[frozenset[str], frozenset[str]]:
    names, homographs = _list("first_names.txt").split("# also words")
    return frozenset(map(turkish.fold, turkish.words(names.partition("\n")[2]))), frozenset(map(turkish.fold, turkish.words(homographs)))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(map(turkish.fold, turkish.words(_list("surnames.txt").partition("\n")[2])))


def _list(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
