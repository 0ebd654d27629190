"""Raw text made whole: encoding damage repaired, stray characters removed, hard-wrapped lines joined; what was repaired is told in tags."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from curation import mojibake, turkish, unwrap
from curation.mojibake import has_cp1254_mojibake, repair_utf8

__all__ = ["Normalised", "has_cp1254_mojibake", "is_ascii_turkish", "is_capitals", "normalise", "one_line", "repair_utf8"]

_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\v\f]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_JOINER_IN_WORD = re.compile(r"(?<=\w)\u200d|\u200d(?=\w)")  # emoji are joined by it too
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LINE_BREAK_TAG = re.compile(r"[ \t]*<br\s*/?>[ \t]*\n?", re.ASCII | re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_MARKS = "’‘´ʼ＇`"
# Sets of characters come first and the look behind after them: a search for one set is many times as fast.
_APOSTROPHE = re.compile(r"[’‘´ʼ＇`](?:(?<=\w[^`])(?=\w)|(?<=[^\W_]`)(?=[a-zçğıöşü]{1,6}\b(?!`)))")
_INNER_SPACES = re.compile(r"(?<=\S) {2,}")
_TRAILING = re.compile(r" +$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
# Letters of other alphabets that fonts and keyboards put in the place of Turkish ones.
_LOOKALIKES = str.maketrans("șȘǧǦ", "şŞğĞ")
_TORN_LETTER = re.compile(r"[\ufffd?](?<=[^\W\d_].)(?:(?<=\ufffd)|(?=[a-zçğıöşü]))(?![^\s=]*=)")
_TURKISH_LOWER = frozenset("çğıöşü")
_MIN_LETTERS, _MIN_TURKISH_SHARE = 40, 0.03  # 1 in 1,000 of 16,000 Turkish documents had fewer than 3.3 % of çğıöşü
_MIN_TORN = 3  # once or twice may be a name or a missing space

# Frequent words that exist in Turkish only with their own letters, and in no neighbouring language or English; written like this they give an ASCII keyboard away.
_ASCII_WORDS = frozenset(
    turkish.words(
        "icin icinde icinden cok degil degildir gore boyle boylece soyle soyledi oldugu oldugunu oldugunda oldukca buyuk kucuk guzel dogru "
        "yuzde hic hicbir ayni turkiye turkce calisma calisan calisiyor ogrenci ogretmen ogrenmek lutfen tesekkurler tesekkur dusuk "
        "dusunuyorum dusunce uzerinde uzerine cunku baska karsi karsisinda simdi bugun onceki butun tum olmus olmustur yapilan yapildi "
        "yapacagim tarafindan hakkinda arasinda sirasinda disinda asagi yukari uygulama ozel ozellikle gercek gercekten gorus gorunce "
        "gordum gorulen donem donemi ulke ulkenin sehir kisi kisiler kisa acik acisindan agir yilinda yillik cocuk cocuklar arkadas "
        "arkadaslar musteri urun urunu urunun urunler siparis guvenlik saglik egitim universite islem islemler baslik bolum sayili degisik "
        "degisiklik yonetim baskan baskani secim ucret ucretsiz ucak icmek aldim aldigim begendim begenmedim hizli kotu degilim yasindaki "
        "yasiyor savasi dunya dunyanin gectigimiz"
    )
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A repaired text and the tags of what was repaired or seen.

    Repaired: mojibake_utf8, mojibake_cp1254, mojibake_dos, lookalikes, unwrapped. Seen and left: ascii (typed without Turkish letters), capitals,
    damaged (letters lost to U+FFFD or ?).
    """

    text: str
    tags: tuple[str, ...]


def normalise(text: str) -> Normalised:
    """Return `text` in NFC with encoding damage, stray characters and hard line wraps undone; paragraphs, lists and circumflexes stay."""
    repaired, tags = _encoding(text)
    repaired = _apostrophes(_characters(repaired))
    if _has_lookalikes(repaired):
        tags.append("lookalikes")
        repaired = repaired.translate(_LOOKALIKES)
    repaired = _spacing(repaired)
    whole = unwrap.unwrap(repaired)
    if whole != repaired:
        tags.append("unwrapped")
    return Normalised(whole, (*tags, *_writing(whole)))


def one_line(text: str) -> str:
    """Return a title or other short field repaired and on one line."""
    return " ".join(normalise(text).text.split())


def _encoding(text: str) -> tuple[str, list[str]]:
    tags = []
    repaired = mojibake.repair_utf8(text)
    if repaired != text:
        tags.append("mojibake_utf8")
    if mojibake.has_cp1254_mojibake(repaired):
        tags.append("mojibake_cp1254")
        repaired = mojibake.repair_cp1254(repaired)
    undone = mojibake.repair_dos(repaired)
    if undone != repaired:
        tags.append("mojibake_dos")
    return mojibake.repair_c1(undone), tags


def _characters(text: str) -> str:
    # A search of single characters is ten times as fast as one of alternatives, and most texts hold none: each step looks before it works.
    text = _LINE_ENDS.sub("\n", text)
    if "<" in text:
        text = _LINE_BREAK_TAG.sub("\n", text)
    if "&" in text and "<" not in text:  # with tags in it the text speaks about HTML
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    text = _SPACES.sub(" ", text)
    if _SURROGATES.search(text):
        text = _SURROGATES.sub("\ufffd", text)
    # Lower-casing İ outside Turkish leaves i + U+0307, which NFC does not join.
    text = unicodedata.normalize("NFC", text).replace("i\u0307", "i").replace("ı\u0307", "i")
    if "\u200d" in text:
        text = _JOINER_IN_WORD.sub("", text)
    return _INVISIBLE.sub("", text)


def _has_lookalikes(text: str) -> bool:
    # In place of the Turkish letters, not beside them as in a Romanian name.
    return (text.count("ș") >= _MIN_TORN and "ş" not in text and "ı" in text) or (
        text.count("ǧ") >= _MIN_TORN and "ğ" not in text and "ı" in text
    )


def _apostrophes(text: str) -> str:
    return _APOSTROPHE.sub("'", text) if any(map(text.count, _MARKS)) else text


def _spacing(text: str) -> str:
    if "  " in text:
        text = _INNER_SPACES.sub(" ", text)
    if " \n" in text or text.endswith(" "):
        text = _TRAILING.sub("", text)
    if "\n\n\n" in text:
        text = _EMPTY_LINES.sub("\n\n", text)
    return text.strip("\n ")


def _writing(text: str) -> list[str]:
    tags = []
    if _few(text, turkish.TURKISH_LETTERS, _MIN_TURKISH_SHARE) and is_ascii_turkish(text):
        tags.append("ascii")
    if _few(text, "aeıioöuü", 0.1) and is_capitals(text):
        tags.append("capitals")
    if len(_TORN_LETTER.findall(text)) >= _MIN_TORN:
        tags.append("damaged")
    return tags


def is_ascii_turkish(text: str) -> bool:
    """Whether a text of 40 letters or more is Turkish typed without çğıöşü: hardly a Turkish letter, and one word in fifty that asks for them."""
    if sum(map(str.isalpha, text)) < _MIN_LETTERS or turkish.turkish_letter_share(text) >= _MIN_TURKISH_SHARE:
        return False
    words = turkish.words(turkish.lower(text))
    typed = sum(word.partition("'")[0] in _ASCII_WORDS for word in words)
    written = sum(not _TURKISH_LOWER.isdisjoint(word) for word in words)
    return typed * 50 >= len(words) and typed >= written


def is_capitals(text: str) -> bool:
    """Whether four in five letters of a text of 20 letters or more are capitals."""
    letters = sum(map(str.isalpha, text))
    return letters >= 20 and sum(map(str.isupper, text)) >= 0.8 * letters


def _few(text: str, characters: str, share: float) -> bool:
    return sum(map(text.count, characters)) < share * len(text)
