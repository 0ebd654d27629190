"""Invented numbers, accounts and contact data: check digits hold, and each lies where no real one is known to lie.

| kind | range | why |
|---|---|---|
| TCKN | 88888 + 4 digits + check digits | no range is set aside for tests; no issued number is known to begin with 8, and the row of eights shows |
| VKN | 00000 + 4 digits + check digit | tax numbers follow the alphabet of their bearers, and none begins with five zeros as far as is known |
| MERSIS | 0 + such a VKN (or such a TCKN) + 000 + 2 digits | as the number in it |
| SGK | province 000 | provinces are 001 to 081 |
| IBAN | bank 99999 | bank codes in use have a zero in front |
| CARD | 400000 00, 555555 00, 378282 00, 979200 00 | the first six are the ones payment providers publish for tests, but Troy's, which is only the lowest of its range |
| PHONE | 599, 299, 0850 000, 400 (in place of 444) | codes that the national numbering plan leaves out (libphonenumber 9: no valid number) |
| PLATE | letters Q, W, X | not issued on Turkish plates |
| PASSPORT, ID_SERIAL, LICENCE | letters X, digits that begin with zeros | no such series is known; there is no range for tests |
| EMAIL, URL | example.com | RFC 2606 |
| KEP | hs00.kep.tr | providers are numbered from hs01 |
| IP | 192.0.2.0/24, 2001:db8::/32 | RFC 5737, RFC 3849 |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from curation.config import PiiEntity
from curation.pii import checks
from curation.pii.surrogates.draw import Draw

_NETWORKS = {"4": "400000", "5": "555555", "2": "555555", "3": "378282"}
_TROY = "979200"
_DOMAIN = "example.com"


def invent_number(kind: PiiEntity, value: str, draw: Draw) -> str:
    """Return an invented value of `kind` in the form `value` is written in: spaces, marks, small letters."""
    return _INVENT.get(kind, _serial)(value, draw)


def is_invented_number(kind: PiiEntity, value: str) -> bool:
    """Whether `value` lies where `invent_number` puts its values."""
    digits, letters = re.sub(r"\D", "", value), re.sub(r"[\W\d_]", "", value).upper()
    return _IS_INVENTED.get(kind, _is_serial)(value, digits, letters)


def _filled(value: str, digits: str) -> str:
    """`value` with `digits` for its last digits; those in front of them (a country's) stay."""
    places = [place for place, character in enumerate(value) if character.isdecimal()][-len(digits) :]
    characters = list(value)
    for place, digit in zip(places, digits[-len(places) :], strict=True):
        characters[place] = digit
    return "".join(characters)


def _written_like(value: str, plain: str) -> str:
    """`plain` with the gaps and the small letters of `value`."""
    left = iter(plain)
    written = "".join(next(left, "") if character.isalnum() else character for character in value) + "".join(left)
    return written.lower() if value.islower() else written


def _tckn(draw: Draw) -> str:
    digits = f"88888{draw.digits(4)}"
    numbers = list(map(int, digits))
    tenth = (7 * sum(numbers[0::2]) - sum(numbers[1::2])) % 10
    return f"{digits}{tenth}{(sum(numbers) + tenth) % 10}"


def _vkn(draw: Draw) -> str:
    digits = f"00000{draw.digits(4)}"
    return next(number for last in range(10) if checks.is_vkn(number := f"{digits}{last}"))


def _mersis(value: str, draw: Draw) -> str:
    digits = re.sub(r"\D", "", value)
    # The number of the firm (or person) in it is the one that firm's own number becomes elsewhere in the document.
    if digits.startswith("0"):
        inner = "0" + _vkn(Draw(draw.key, "VKN", digits[1:11], draw.attempt))
    else:
        inner = _tckn(Draw(draw.key, "TCKN", digits[:11], draw.attempt))
    return f"{inner}000{draw.digits(2)}"


def _card(value: str, draw: Draw) -> str:
    digits = re.sub(r"\D", "", value)
    prefix = _TROY if digits.startswith(("9792", "65")) else _NETWORKS.get(digits[:1], _TROY)
    length = 15 if prefix == "378282" else 16
    body = f"{prefix}00{draw.digits(length - 9)}"
    return next(number for last in range(10) if checks.is_card(number := f"{body}{last}"))


def _phone(value: str, draw: Draw) -> str:
    digits = re.sub(r"\D", "", value)
    if len(digits) < 10:
        return "400" + draw.digits(max(len(digits) - 3, 0))
    code = digits[-10:-7]
    if code in {"850", "800"}:
        return "850000" + draw.digits(4)
    return ("599" if code.startswith("5") else "299") + draw.digits(7)


def _iban(draw: Draw) -> str:
    account = f"999990{draw.digits(16)}"
    return next(number for check in range(2, 99) if checks.is_iban(number := f"TR{check:02d}{account}"))


def _plate(value: str, draw: Draw) -> str:
    province = f"{1 + draw.below(81, 'province'):02d}"
    letters = ["QWX"[draw.below(3, f"letter {place}")] for place in range(len(value))]
    digits = draw.digits(len(value))
    plate = "".join(
        letters[place] if character.isalpha() else digits[place] if character.isdecimal() else character
        for place, character in enumerate(value)
    )
    plate = province + plate[2:]
    return plate.lower() if value.islower() else plate


def _serial(value: str, draw: Draw) -> str:
    count = sum(map(str.isdecimal, value))
    front = "00" if re.search(r"[^\W\d_]", value) else "000"
    plain = _filled(value, (front + draw.digits(max(count - len(front), 0)))[:count])
    return "".join(("x" if character.islower() else "X") if character.isalpha() else character for character in plain)


def _ip(value: str, draw: Draw) -> str:
    return f"2001:db8::{draw.below(2**16, 'ip'):x}" if ":" in value else f"192.0.2.{draw.below(256, 'ip')}"


def _url(value: str, draw: Draw) -> str:
    scheme = re.match(r"\w+://", value)
    return f"{scheme.group() if scheme else ''}{_DOMAIN}/{draw.digits(8)}"


def _sgk(value: str, draw: Draw) -> str:
    count = sum(map(str.isdecimal, value))
    return _filled(value, draw.digits(16) + "000" + draw.digits(max(count - 19, 0), "rest"))


_INVENT: Mapping[PiiEntity, Callable[[str, Draw], str]] = {
    "TCKN": lambda value, draw: _filled(value, _tckn(draw)),
    "VKN": lambda value, draw: _filled(value, _vkn(draw)),
    "MERSIS": lambda value, draw: _filled(value, _mersis(value, draw)),
    "SGK": _sgk,
    "CARD": lambda value, draw: _filled(value, _card(value, draw)),
    "PHONE": lambda value, draw: _filled(value, _phone(value, draw)),
    "IBAN": lambda value, draw: _written_like(value, _iban(draw)),
    "PLATE": _plate,
    "IP": _ip,
    "URL": _url,
}


def _is_serial(_: str, digits: str, letters: str) -> bool:
    return digits.startswith("00") if set(letters) == {"X"} else not letters and digits.startswith("000")


def _is_phone(_: str, digits: str, __: str) -> bool:
    return digits[-10:].startswith(("599", "299", "850000")) or (len(digits) == 7 and digits.startswith("400"))


def _is_address_of_the_net(value: str, _: str, __: str) -> bool:
    return re.search(r"[@/.]example\.(?:com|net|org)\b|\.(?:invalid|test|example)\b", value) is not None


_IS_INVENTED: Mapping[PiiEntity, Callable[[str, str, str], bool]] = {
    "TCKN": lambda _, digits, __: digits.startswith("88888"),
    "VKN": lambda _, digits, __: digits.startswith("00000"),
    "MERSIS": lambda _, digits, __: digits.startswith(("000000", "88888")),
    "SGK": lambda _, digits, __: digits[16:19] == "000",
    "CARD": lambda _, digits, __: digits.startswith(tuple(f"{prefix}00" for prefix in (*_NETWORKS.values(), _TROY))),
    "PHONE": _is_phone,
    "IBAN": lambda _, digits, __: digits[2:7] == "99999",
    "PLATE": lambda _, __, letters: set(letters) <= set("QWX"),
    "EMAIL": _is_address_of_the_net,
    "URL": _is_address_of_the_net,
    "KEP": lambda value, _, __: value.endswith("hs00.kep.tr"),
    "IP": lambda value, _, __: value.startswith(("192.0.2.", "2001:db8:")),
}
