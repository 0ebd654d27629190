"""Invented addresses: each part of a written one replaced by a part of its kind."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from curation import turkish
from curation.pii.suffixes import ascii_letters
from curation.pii.surrogates.draw import Draw

_PART = re.compile(r"[^\W\d_]+\.?|\d+|.", re.DOTALL)
# The words that say what a part of an address is; they stay, all others are replaced.
_KINDS = frozenset(
    turkish.words(
        """mah mahalle mahallesi mh cad cadde caddesi cd sok sokak sokagi sk bul bulvar bulvari blv bulv apt apartman apartmani site sitesi sit blok
        is merkezi plaza han hani koyu koy kume evleri no kat k daire d ic kapi dis numara numarasi posta kodu pk mevkii mevki yolu cikmazi meydani
        ve ile"""
    )
)
_PROVINCES = turkish.words(
    "Adana Adıyaman Afyonkarahisar Ağrı Amasya Ankara Antalya Artvin Aydın Balıkesir Bilecik Bingöl Bitlis Bolu Burdur Bursa Çanakkale Çankırı "
    "Çorum Denizli Diyarbakır Edirne Elazığ Erzincan Erzurum Eskişehir Gaziantep Giresun Gümüşhane Hakkari Hatay Isparta Mersin İstanbul İzmir "
    "Kars Kastamonu Kayseri Kırklareli Kırşehir Kocaeli Konya Kütahya Malatya Manisa Kahramanmaraş Mardin Muğla Muş Nevşehir Niğde Ordu Rize "
    "Sakarya Samsun Siirt Sinop Sivas Tekirdağ Tokat Trabzon Tunceli Şanlıurfa Uşak Van Yozgat Zonguldak Aksaray Bayburt Karaman Kırıkkale "
    "Batman Şırnak Bartın Ardahan Iğdır Yalova Karabük Kilis Osmaniye Düzce"
)
_FOLDED_PROVINCES = tuple(map(turkish.fold, _PROVINCES))


def invent_address(value: str, draw: Draw, *, is_ascii: bool) -> str:
    """Return `value` with every name and number in it invented: its words for street, block and floor, its marks and its order stay.

    Neighbourhood, street, building and district have coined names; the province is another real one, and a postal code begins with its number.
    """
    province = _other_province(value, draw)
    pieces: list[str] = []
    run: list[str] = []
    for match in _PART.finditer(value):
        part = match.group()
        if part[0].isalpha() and turkish.fold(part.rstrip(".")) not in _KINDS:
            run.append(part)
            continue
        if part.isspace() and run:
            run.append(part)
            continue
        pieces.extend(_name(run, len(pieces), province, draw, is_ascii=is_ascii))
        run = []
        pieces.append(_number(part, len(pieces), province, draw) if part.isdecimal() else part)
    return "".join((*pieces, *_name(run, len(pieces), province, draw, is_ascii=is_ascii)))


def is_invented_address(value: str) -> bool:
    """Whether a coined place stands in `value`."""
    return any(turkish.fold(word) in _coined() for word in turkish.words(value))


def _name(run: list[str], place: int, province: int, draw: Draw, *, is_ascii: bool) -> list[str]:
    """The invented name for a run of words and gaps, and the gap behind it."""
    words = [part for part in run if not part.isspace()]
    if not words:
        return run
    gap = run[-1] if run[-1].isspace() else ""
    if len(words) == 1 and len(words[0]) == 1:  # the letter of a block
        return ["ABCDEFGH"[draw.below(8, f"letter {place}")], gap]
    last = turkish.fold(words[-1])
    if last in _FOLDED_PROVINCES and len(words) == 1:
        name = _PROVINCES[province]
    else:
        coined = _places()
        name = coined[draw.below(len(coined), f"name {place}")]
        if last in _FOLDED_PROVINCES:
            name = f"{name} {_PROVINCES[province]}"
    if is_ascii:
        name = ascii_letters(name)
    if all(word.isupper() for word in words):
        name = turkish.upper(name) if not is_ascii else name.upper()
    elif all(word.islower() for word in words):
        name = turkish.lower(name) if not is_ascii else name.lower()
    return [name, gap]


def _number(digits: str, place: int, province: int, draw: Draw) -> str:
    if len(digits) == 5:
        return f"{province + 1:02d}{draw.digits(3, f'code {place}')}"
    first = "123456789"[draw.below(9, f"first {place}")]
    return first + draw.digits(len(digits) - 1, f"number {place}") if len(digits) > 1 else first


def _other_province(value: str, draw: Draw) -> int:
    folded = turkish.fold(value)
    start = draw.below(81, "province")
    return next(place % 81 for place in range(start, start + 81) if _FOLDED_PROVINCES[place % 81] not in folded)


@cache
def _places() -> tuple[str, ...]:
    text = Path(__file__).with_name("places.txt").read_text(encoding="utf-8")
    return tuple(turkish.words(re.sub(r"(?m)^#.*$", "", text)))


@cache
def _coined() -> frozenset[str]:
    return frozenset(map(turkish.fold, _places()))
