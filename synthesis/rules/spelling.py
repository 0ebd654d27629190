"""Words that are surely written wrong, and circumflexes that are surely right: a pair must not hand on the first, nor teach a doubtful one of the second."""

from __future__ import annotations

import re

from curation.turkish import lower
from synthesis.language.harmony import wrong_suffix

_WRONG = re.compile(
    r"(?<![\w'’])(?:(?:cok|icin|degil|butun|oldugu|herkez|malesef|herşey|birşey|hiçbirşey|tabiki|pekçok)(?![\w'’])"
    r"|süretle|süretiyle|mesül|malüm|mahsüs|mütat|müdet|yanlız|orjinal|süpriz|insiyatif|entellektüel|laboratuar|klavuz|ünvan|egzos|şarz|şöför|çoçuk|muhattap|müsade|asvalt|dinazor|pantalon)"
    r"|[’']l[ıiuü](?:k|l[ae]r\w*)?(?!\w)"  # "İspanya'lı": what makes a new word is not set off
)
# Doubled by a slip: words that tie a sentence together, and forms with a case ending; "yavaş yavaş" is none.
_DOUBLED = re.compile(
    r"(?<![\w'’])(ve|ile|için|bu|olan|olarak|veya|gibi|kadar|daha|[^\W\d_]{3,}(?:n[ıiuü]n|l[ae]r[ıi]|nd[ae]n?|s[ıiuü]n[ıiae]|d[ıiuü]r|m[ae]s[ıi])) \1(?![\w'’])"
)
_CIRCUMFLEX = re.compile(r"\w*[âîû]\w*")
# Another word stands without the circumflex, so whoever writes well sets it.
_SURE = re.compile(r"hâlâ$|(?:kâr|hâl|âlem|âdet|âşı[kğ]|yâr|hâkim|vâris|dâhi)(?:$|[ıiuüaedlyns])")
# Words that the spelling guide writes with a circumflex, or otherwise than old texts do.
_OLD = re.compile(
    r"(?<![\w'’])(?:kafi(?!l|y)|hakim|hal(?:i(?!fe|s|t|ç|m|l|d)|de(?!n)|ler|in(?!s))|halen|mani(?!f|p|d)|resmi|fiili|(?:tarihi|askeri|ilmi|fikri|dini)(?!\w)|kağı[td]|hikaye|rüzgar|dükkan|mahkum|imkan|mekan(?!i)|bekar|(?:baş)?kati[pb]|zeka|tezgah|mezkur|mükafat|iskan(?!d)|inkar|ikametgah|güzergah|kainat|kaşif|kabus"
    r"|vekalet|sükunet|şikayet|aşikar|milli(?!me)|tesbit|isbat|ahkam|adeti|mutad|mütaak|tamsayı|iyiniyet|kötüniyet|müstahdem|mühürü|şehiri|isimi|vakiti|nehiri|ömürü|kısımı|metini|fikiri|vukubul|lazımgel|mahkemei|suretile|veçhile|zarfında|işbu(?!\w))"
    r"|[aıou][^aeıioöuüâîû\W]*s?iyle(?!\w)"  # "şartiyle", "sırasiyle"
    r"|[ae]?m[ıi]y(?:[ae]n|[ae]c[ae]|[ae]r[ae]k)|[ae]m[ıi]y[ae](?!\w)|[bcçdfghjklmnprsştvyz][ıiuü]y[ae]n"  # "olmıyan", "olmıyacak", "yapmıya"
)
# Words that people write together, and one of two that are written apart.
_TOGETHER = re.compile(
    r"(?<!\w)(?:her(?:gün|hangibir|yer|zaman)|bir(?:kaçı?tane|sürü)|hiçkimse|yada|vede|yinede|bende|böylede|hemde|öyleki|tabi|dahada|kesinlikte|bi)(?!\w)|\d[a-zçğıöşü]"
    r"|(?<!\w)(?:zamanaşım|işbirli|önkoşul|önalım|içtüzü|gözönün|gözard|ardarda|birarada|biraraya|elkon|elkoy|yeralt|arasıra|alış veriş|yüksek okul|(?:demir|kara|deniz|hava)yol|en(?:az|çok)(?!\w)|(?:en)?(?:az|çok)(?:bir|iki|üç|dört|beş))"
)
# Numbers written as one word, and a suffix that stands apart from its number.
_NUMBERS = re.compile(
    r"(?<!\w)(?:on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz|bin)?(?:bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|kırk|elli|yüz)(?:yüz|bin|milyon|milyar|lira)"
    r"|(?<!\w)(?:on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan)(?:bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz)(?!\w*(?:ak|alt|lı))|\d (?:[dt][ıiuü]r|[dt][ae]n?|y[ıiuü]|n[ıiuü]n)(?!\w)"
)


def misspelt(text: str) -> bool:
    """Whether `text` has a word or a suffix that is surely written wrong, or a word written twice by a slip."""
    small = lower(text)
    return _WRONG.search(small) is not None or _DOUBLED.search(small) is not None or wrong_suffix(text) is not None


def doubtful(text: str) -> bool:
    """Whether `text` must not be shown as rightly written: misspelt, spelt as it was once, or with a circumflex that only some set."""
    return careless(text) or any(_SURE.match(word) is None for word in _CIRCUMFLEX.findall(lower(text)))


def careless(text: str) -> bool:
    """Whether `text` is misspelt or spelt as it was once: no sentence of such a text is a model of today's spelling."""
    small = lower(text)
    return misspelt(text) or any(pattern.search(small) is not None for pattern in (_OLD, _TOGETHER, _NUMBERS))
