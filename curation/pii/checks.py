"""Check digits of Turkish identifiers; each function takes digits without spaces."""

from __future__ import annotations

import ipaddress

IBAN_LENGTHS = {
    "AT": 20, "AZ": 28, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GE": 22, "GR": 27,
    "HU": 28, "IE": 22, "IT": 27, "KZ": 20, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "SA": 24, "SE": 24, "AE": 23, "UA": 29,
}  # fmt: skip
"""Characters of an IBAN by country, of those whose accounts stand in Turkish texts; Turkey's has a rule of its own. SWIFT IBAN registry."""


def is_tckn(digits: str) -> bool:
    """Whether 11 digits are a valid T.C. kimlik number."""
    if len(digits) != 11 or not digits.isdecimal() or digits[0] == "0":
        return False
    d = [int(digit) for digit in digits]
    return (7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]


def is_vkn(digits: str) -> bool:
    """Whether 10 digits are a valid tax number; one in ten random numbers is."""
    if len(digits) != 10 or not digits.isdecimal():
        return False
    total = 0
    for position, digit in enumerate(digits[:9]):
        p = (int(digit) + 9 - position) % 10
        total += (p * 2 ** (9 - position) % 9 or 9) if p else 0
    return (10 - total % 10) % 10 == int(digits[9])


def is_mersis(digits: str) -> bool:
    """Whether 16 digits are a MERSİS number, that is 0 + tax number + 5 digits, or T.C. kimlik number + 5 digits."""
    if len(digits) != 16 or not digits.isdecimal():
        return False
    return is_vkn(digits[1:11]) if digits[0] == "0" else is_tckn(digits[:11])


def is_iban(text: str) -> bool:
    """Whether `text`, without spaces and in capitals, passes ISO 13616's mod-97."""
    if not text.isascii() or not text.isalnum():
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def is_card(digits: str) -> bool:
    """Whether digits are a Visa, Mastercard, Troy or American Express number by prefix, length and Luhn."""
    prefix = digits[:4]
    sixteen = digits[0] == "4" or "5100" <= prefix < "5600" or "2221" <= prefix < "2721" or prefix == "9792" or digits[:2] == "65"
    known = (len(digits) == 16 and sixteen) or (len(digits) == 15 and digits[:2] in {"34", "37"})
    return known and _luhn(digits)


def is_rare_card(digits: str) -> bool:
    """Whether digits are a JCB, UnionPay, Diners or Maestro number, or a Visa of 13 or 19; only words beside it make such a number sure."""
    prefix = digits[:2]
    known = {13: {"4"}, 14: {"30", "36", "38"}, 16: {"35", "62", "50", "56", "57", "58", "63", "67"}, 19: {"4", "62"}}.get(
        len(digits), set()
    )
    return (prefix in known or prefix[:1] in known) and _luhn(digits)


def is_phone(text: str) -> bool:
    """Whether `text` is a number that its country has given out, as libphonenumber knows it; one without a country is Turkish."""
    import phonenumbers  # its tables take a tenth of a second to load

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "TR"))
    except phonenumbers.NumberParseException:
        return False


def is_ip(text: str) -> bool:
    """Whether `text` is the IPv4 or IPv6 address of a machine, public or private: no loopback, group, reserved or empty address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
