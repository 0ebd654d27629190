"""Pure verdicts on instructions and answers: a short reason to refuse, or None."""

from __future__ import annotations

import re
from typing import Literal

from curation.turkish import APOSTROPHES, ascii_letters, fold, lower, turkish_letter_share
from synthesis.lexicon import first_names, places

_LEANING = re.compile(
    r"(?<!\w)(?:bu|bunu|bunun|buna|bunda|bundan|bunlar\w*|şu(?! an)|şunlar\w*|onu|onun|ona|ondan|onlar\w*|yukarıda\w*|aşağıda\w*|söz konusu|adı geçen|bahsi geçen|sözü edilen|bahsedilen|değinilen|anılan (?=\w)|böyle bir|öyle bir|böylesi|(?:birinci|ikinci|üçüncü|ilk|son) (?:bölüm|kısım|cümle)(?:de|da)|burada|buradaki|orada|oradaki|"
    r"metin(?:l[ae]|de(?:ki\w*)?|den|ler(?:i|in|e|de|den|deki\w*|le)?)?(?! (?:tür[ül]|nedir|maden|dil|düzenle|işle|sınıfla|özetle|üret))|^metni|metne|metnin|parça|parçada|parçaya|"
    r"paragraf(?:[aı]|ın|ta(?:ki\w*)?|tan|lar(?:[aı]|ın|da(?:ki\w*)?|dan)?)?(?! (?:baş|girinti|nedir))|pasaj\w*|makalede|makaleye|yazıda|yazıya|yazarın|yazara|belgede|belgeye)(?!\w)"
)
TITLE_LEAD = re.compile(r"^[“\"«][^“”\"«»]{3,}[”\"»] başlıklı (?:yazıya|metne|habere) göre ")
# Metin is a man's name too: inside a question, with an apostrophe, or before a surname, where nothing is told by a text
_METIN = re.compile(
    r"(?<=\w )Metin(?!\w)|^Metin(?=['’])|^Metin(?= (?P<next>[A-ZÇĞİÖŞÜ][a-zçğıöşü]+)(?!.*(?:anlat|söz |söyle|bahse|açıkla|değin|ele al|incele)))"
)
_POINTING_O = re.compile(r"^o (?!kadar)|(?<!\w)o (?:dönem|yıl|gün|tarih|zaman|sırada|kişi|yer)")
_AUTHOR = re.compile(r"Yazar(?:lar)? [a-zçğıöşü]")  # "Yazar Kemal Tahir" names him
_QUESTION_WORD = re.compile(
    rf"(?<![\w{APOSTROPHES}])(?:ne zaman|ne kadar\w*|ne işe|ne için|kaç(?:[ae]|t[ae]n?|l[ıi]k|[ıi]n[ıi]|[ıi]|[ıi]nc[ıi]\w*|[ae]r)?|kim(?!i |isi|lik|ya|se|lerin)\w*|nere\w*|neden|niçin|niye|nasıl\w*|hangi\w*|ne(?:dir|ler\w*|yi|ye|yle|den|dir)?|m[ıiuü](?:y[dm]\w*)?|m[ıiuü]d[ıiuü]r(?=\s*\?))(?!\w)"
)
# "Deprem neden olur?", "Kahve nereden gelir?": what always holds may be asked of a bare noun, "Köprü neden yıkıldı?" may not
_ALWAYS = re.compile(r"^[^\W\d_]{2,} (?:neden|niçin|niye|nereden) [^\W\d_]+(?:[aeıiuü]r|m[ae]z)(?:l[ae]r)?\?$")
_ABOUT_A_THING = re.compile(
    r"(?:nedir|neydi|kimdir|kimdi|ne demektir|nelerdir|ne anlama gelir|ne işe yarar|nasıl \w+|ne denir|kime denir)\s*\?$"
)
# -sin alone tells nothing (versin, göstersin: let him), nor does -sen (insan, lisan), nor -in behind a verb (deneyin is also: of the trial)
_SEN = re.compile(
    r"(?<!\w)(?:sen|seni|sana|senin|seninle|sence|sende|senden|nasılsın|haklısın|değilsin|"
    r"(?:bil|al|ol|gel|kal|ver|bul|gör)[ıiuü]rs[ıiuü]n|(?:yap|ed)[ae]rs[ıi]n)(?!\w)|(?<=[aeıioöuü])(?:(?<!ko)rsan|rsen|bilirsin|yorsun|caksın|ceksin)(?!\w)"
    r"|(?<=\w)(?:m[ae]l[ıi](?:s[ıi]n|ys[ae]n)|m[ıiuü]ş(?:s[ıiuü]n|s[ae]n)|[dt][ıiuü]ys[ae]n|c[ae]ks[ae]n)(?!\w)"
)
_SIZ = re.compile(
    r"(?<!\w)(?:siz|sizi|size|sizin|sizinle|sizce|sizler\w*|sizde|sizden)(?!\w)|\w{2,}[ıiuü]n[ıiuü]z(?:[ıiuü]n?|[ae]|d[ae]n?)?(?!\w)|(?:yorsunuz|malısınız|melisiniz|caksınız|ceksiniz|bilirsiniz)(?!\w)|\w{2,}[ae]y?[ıi]n[ıi]z(?!\w)"
    # annenizi, odanızda, but not organize; bare it may also be: we are (uzmanız, insanız)
    r"|(?<!\w)(?!(?:ak|kara|kızıl|ölü)deniz)(?:\w{2,}(?:anız(?:ın?|a|dan?|la)|eniz(?:in?|e|den?|le))|(?:anne|aile|bahçe|proje)niz|(?:baba|oda|araba|firma)nız)(?!\w)"
    r"|(?<=\w)(?!(?<=in)sanız)s[ae]n[ıi]z(?!\w)|(?<!\w)(?:iseniz|\w{2,}(?:mayın|meyin))(?!\w)"
)

_STARTS_LEANING = re.compile(
    r"(?:bu|bunun|bunu|buna|bunlar\w*|bundan|böylece|böyle|şu|o|onun|onlar\w*|ayrıca|ancak|fakat|ama|oysa|üstelik|nitekim|ardından|sonra|yine|ise|de|da)(?!\w)"
)
_STEM = 5  # letters that the forms of one Turkish word share
_SMALL = frozenset(
    [
        "hangi",
        "nasil",
        "neden",
        "nicin",
        "nedir",
        "kimdi",
        "zaman",
        "kadar",
        "icin",
        "olara",
        "gibi",
        "daha",
        "sonra",
        "once",
        "olan",
        "oldug",
        "edile",
        "yapil",
        "acikl",
        "anlat",
        "yaz",
    ]
)

_TAG = re.compile(r"<[A-ZÇĞİÖŞÜ][A-ZÇĞİÖŞÜ_-]*_\d+>")

Register = Literal["none", "sen", "siz", "mixed"]


def self_contained(question: str, *, question_only: bool = True) -> str | None:
    """`not_self_contained` where a question points at a text or a neighbour, or has no subject to ask about; an instruction need only point at nothing."""
    text = TITLE_LEAD.sub("", lower(_METIN.sub(_named_metin, question)))
    if _LEANING.search(text) or _POINTING_O.search(text) or _AUTHOR.match(question):
        return "not_self_contained"
    if not question_only and not question.endswith("?"):
        return None
    left = _QUESTION_WORD.sub(" ", text)
    words = re.findall(r"[^\W\d_]{2,}", left)
    if _ABOUT_A_THING.search(text) or (_ALWAYS.search(text) and not leans_at_start(text)):
        return None if words else "not_self_contained"
    # "Ne zaman kuruldu?", "Nerede çalışmaya başladı?": verbs only, the subject was dropped
    return None if len(words) >= 3 or _names(question) else "not_self_contained"


def _names(question: str) -> bool:
    first, *others = re.findall(r"\w+", question) or [""]
    return any(word[0].isupper() for word in others) or "'" in question or "’" in question or first in places() or first in first_names()


def _named_metin(found: re.Match[str]) -> str:
    return found.group() if found["next"] in places() else "Ali"


def question_form(question: str) -> str | None:
    """`no_question_mark`, `no_question_word` or `several_questions` where a question is not one."""
    if not question.endswith("?"):
        return "no_question_mark"
    asked = TITLE_LEAD.sub("", lower(question))
    if asked.count("?") > 1:
        return "several_questions"
    found = _QUESTION_WORD.findall(asked)
    if not found:
        return "no_question_word"
    return "several_questions" if len(found) > 1 else None


def answer_hidden(question: str, answer: str) -> str | None:
    """`answer_in_question` where a question gives its answer away."""
    key, asked = _key(answer), f" {_key(question)} "
    if not key or f" {key} " in asked:
        return "answer_in_question"
    # "Sarıkavak Kooperatifi hangi köyde kuruldu?" "Sarıkavak köyünde kuruldu.": the name that answers stands in the question
    name = re.match(r"(?:[A-ZÇĞİÖŞÜ][^\W\d_]+ )+(?=[a-zçğıöşü])", answer)
    named = name is not None and "hangi" in question and f" {_key(name.group())} " in asked
    return "answer_in_question" if named else None


def unmasked(text: str) -> str | None:
    """`masked_data` where a text asks or tells what stands behind a tag such as <KİŞİ_1>."""
    return "masked_data" if _TAG.search(text) else None


def turkish_enough(text: str) -> str | None:
    """`not_turkish` where 60 letters or more have almost none of çğıöşü; a shorter text cannot tell."""
    # 99 of 100 Turkish documents have 5 % or more, ASCII-fied ones under 3 %; short texts scatter, so 1.5 % here.
    return "not_turkish" if sum(map(str.isalpha, text)) >= 60 and turkish_letter_share(text) < 0.015 else None


def length(text: str, *, min_words: int, max_words: int) -> str | None:
    """`too_short` or `too_long` by words."""
    count = len(text.split())
    return "too_short" if count < min_words else "too_long" if count > max_words else None


def register(text: str) -> Register:
    """Return how `text` addresses its reader: `sen`, `siz`, `mixed`, or `none`."""
    low = lower(text)
    sen, siz = _SEN.search(low) is not None, _SIZ.search(low) is not None
    return "mixed" if sen and siz else "sen" if sen else "siz" if siz else "none"


def one_register(text: str) -> str | None:
    """`mixed_register` where a text says both sen and siz."""
    return "mixed_register" if register(text) == "mixed" else None


def leans_at_start(text: str) -> bool:
    """Whether a text begins with a word that points back: `Bu yüzden`, `Ayrıca`, `O gün`."""
    return _STARTS_LEANING.match(lower(text)) is not None


def overlap(text: str, other: str) -> float:
    """Return the share of the words of `text` that `other` has too, by their stems, in [0, 1]; 0 for a text without words."""
    stems, others = _stems(text), _stems(other)
    return len(stems & others) / len(stems) if stems else 0.0


def shared_stems(text: str, other: str) -> int:
    """Return how many stems of four letters or more two texts share; question words and other small words do not count."""
    return len({stem for stem in _stems(text) & _stems(other) if len(stem) >= 4} - _SMALL)


def _stems(text: str) -> set[str]:
    return {ascii_letters(word)[:_STEM] for word in re.findall(r"\w+", text)}


def question_key(question: str) -> str:
    """Return what makes two questions the same: letters and digits, folded."""
    return _key(question)


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
