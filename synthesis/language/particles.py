"""Small words that Turkish writes apart: the question particle mi, the conjunctions de and ki; and the suffixes -de and -ki, which it does not."""

from __future__ import annotations

import re

from curation.turkish import lower

_PERSON = r"(?:y[ıiuü]m|s[ıiuü]n(?:[ıiuü]z)?|y[ıiuü]z|yd[ıiuü]\w*|ym[ıiuü]ş|d[ıiuü]r)"
_VERB = r"(?:d[ıiuü](?:n[ıiuü]z|[mnk])?|m[ıiuü]ş|yor(?:lar)?|[ae]c[ae]k|m[ae]z|mal[ıi]|meli|d[ıiuü]r)"
_JOINED_MI = re.compile(
    rf"(?<!\w)(?:\w{{2,}}{_VERB}|\w*[aeıiuü]r|\w+l[ae]r|var|yok|değil|doğru|yanlış|güzel|iyi|kötü|zor|kolay|mümkün|gerekli|öyle|böyle|tamam)"
    rf"(?P<mi>m[ıiuü]){_PERSON}?(?=\s*\?)"
)
_APART_MI = re.compile(
    r"(?<!\w)(?P<word>\w+) (?P<mi>m[ıiuü])(?:y[ıiuü]m|s[ıiuü]n(?:[ıiuü]z)?|y[ıiuü]z|yd[ıiuü]\w*|d[ıi]r|d[uü]r(?=\s*\?))?(?!\w)"
)  # müdür is a director

_FIXED_DE = re.compile(
    r"(?<!\w)(?:yada|hemde|isede|bilede|amada|vede|dahada|böylecede|bazende|benimde|seninde|bizimde|sizinde|onunda|bununda|onlarında|banada|sanada|onada|bizede|sizede|"
    r"benide|senide|bizide|sizide|onuda|bunuda|ikiside|hepside|hepsinide|kendiside|tabikide|tabiide|belkide|hiçde|pekde|kesinliklede|özelliklede|ayrıcada)(?!\w)"
)
_VERB_DE = re.compile(
    r"(?<!\w)\w*(?:(?:ol|gel|git|yap|bil|iste|ver|gör|bul|çalış|söyle|oku|yaz|kalk|otur|başla|bitir)s[ae](?:m|n|k|n[ıi]z|l[ae]r)?d[ae]|"
    r"[ıiuü]yor(?:um|sun|uz|sunuz|lar)?d[ae]|(?<!düş)(?<!kar)(?<=\w)[ıiuü]nc[ae]d[ae])(?!\w)"
)  # yorumda, düşüncede, karıncada, incede are nouns
# ta is also: as far as; then the vowel need not fit, or a place or a time follows (ta uzaklardan, ta sabaha kadar)
_AS_FAR_AS = r"(?! \w+(?:[dt][ae]n?(?:y[dm]\w+)?|['’](?:[yn]?[ae]|n?[dt][ae]n?))(?!\w)|(?: \S+){1,3} (?:kadar|dek|değin)(?!\w))"
_HARD_DE = re.compile(
    rf"(?<!\w)\w*(?:[aıou][^\W\daeıioöuü]*(?<=[fstkçşhp]) ta{_AS_FAR_AS}|[eiöü][^\W\daeıioöuü]*(?<=[fstkçşhp]) te|[aâ]t te)(?! ki\b)(?=[ ,.;!?]|$)"
)
_JOINED_KI = re.compile(
    r"(?<!\w)(?:\w*yor(?:um|sun|uz|sunuz|lar)?ki|\w+[dt][ıiuü][mk]ki|\w{2,}m[ıiuü]şki|\w+d[ıiuü]rki|demekki|kaldıki|yeterki|umarımki|öyleki|şuki|tabiki|diyelimki|eminimki|bilinki|yazıkki|nasılki|varki)(?!\w)"
)
_APART_KI = re.compile(r"(?<!\w)(?:\w{2,}[dt][ae] ki(?= [a-zçğıöşü])|(?:şimdi|önce|sonra|bugün|dün|yarın|akşam|sabah|geçen) k[iü])(?!\w)")
_REAL_DE = re.compile(r"^(?:sade|ziyade|elbette|nitekim|işte|hatta|madde|de|da|öylesine)$")
_BACK, _ROUND, _VOWELS = "aıou", "oöuü", "aeıioöuü"


def joined_particle(text: str) -> str | None:
    """Return the first particle of `text` that is joined where it stands apart, or a suffix set apart, as it is written; or None."""
    low = lower(text)
    for pattern in (_JOINED_MI, _FIXED_DE, _VERB_DE, _JOINED_KI):
        found = pattern.search(low)
        if found is not None:
            return text[found.start() : found.end()]
    apart = _APART_KI.search(low) or _HARD_DE.search(low)
    if apart is not None and not _REAL_DE.match(apart.group().split()[0]):
        return text[apart.start() : apart.end()]
    return next((text[m.start() : m.end()] for m in _APART_MI.finditer(low) if not _in_harmony(m["word"], m["mi"])), None)


def _in_harmony(word: str, particle: str) -> bool:
    """Whether mi follows the last vowel; words with a soft end (hâl, saat, harp) and those without vowels cannot tell."""
    last = next((letter for letter in reversed(word) if letter in _VOWELS), None)
    if last is None or re.search(r"[aou]lp?$|[aâ]t$|[ıiuü]?rk$|har[fp]$", word) or word.isdigit():
        return True
    wanted = {(True, False): "ı", (True, True): "u", (False, False): "i", (False, True): "ü"}[last in _BACK, last in _ROUND]
    return particle[1] == wanted
