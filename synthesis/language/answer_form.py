"""Whether an answer has the form that the question word asks for: a person, a time, a number, a place, a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from curation.turkish import lower, words
from synthesis.checks import TITLE_LEAD

_WHEN = re.compile(
    r"\d|(?<!\w)(?:ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar|"
    r"ilkbahar|bahar|sonbahar|güz|kış|sabah|öğle|akşam|gece|gün(?!ey|eş)|hafta|yıl|yüzyıl|asır|çağ|dönem|devir|devr|mevsim|saat|dakika|zaman|tarih|bugün|dün|yarın|"
    r"önce|sonra|sırasında|esnasında|ardından|başında|sonunda|ortasında|sonlarında|başlarında|süre|hemen|henüz|hiçbir|şimdi|geçen|gelecek|çocuklu[kğ]|bayram|ramazan|şafak|ikindi|iken|savaş)\w*"
    r"|(?<!\w)(?:ay(?:da|ı\w*|lar\w*)?|yaz(?:ın|ları\w*)?|an(?:da|ında|lar\w*)?|her (?=\w)|yaş(?:ında|ına|larında)\w*)(?!\w*[bcçdfgğhjkmpqrsştvyz])"
    r"|(?:[ıiuü]nc[ae]|ken|m[ae]d[ae]n|[dt][ıiuü]ğ[ıiuü]nd[ae]|[dt][ıiuü]kt[ae]n|y[ae]l[ıi]|[dt][ıiuü]kç[ae])(?!\w)"
    r"|(?:l[ae]|l[ae]r[ıi]) birlikte(?!\w)|[aeıiuü]r \w+m[ae]z(?!\w)|(?<!\w)(?:yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan)\w*nd[ae](?!\w)"
)
_COUNT = re.compile(
    r"\d|%|(?<!\w)(?:sıfır|bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz|bin|milyon|milyar|trilyon|yarım|yarı|çeyrek|buçuk|"
    r"birkaç|tek|çift|düzine|hiç|defa|kez|sayısız|yok)\w*"
)
_WHERE = re.compile(
    r"\w{2,}(?:[dt][ae](?:n|ki|yd[ıi]|d[ıi]r|y?m[ıi]ş)?|[ae])(?!\w)|(?<!\w)(?:iç|dış|üst|alt|ön|arka|yan|orta|kuzey|güney|doğu|batı|kıyı|kenar|çevre|yakın)\w*"
)
_WHY = re.compile(
    r"çünkü|için|neden|sebe[bp]|yüzünden|dolayı|ötürü|sayesinde|amac|diye|sonuc|üzere|gere[kğ]|etki|[dt][ıiuü]ğ[ıiuü]nd[ae]n|m[ae]s[ıi]nd[ae]n|m[ae]kt[ae]n|[ae]r[ae]k|[ıiuü]nc[ae]|ki(?!\w)|[ıiuü]p(?!\w)"
    r"|(?<!['’])[dt][ae]n(?!\w)|l[ıiuü][kğ][ıiuü]?(?!\w)|(?<!\w)(?:çığ|sel|deprem|savaş|yangın|salgın|fırtına|heyelan|don|kar)(?!\w)"
)  # neden is also: from what (Sütten.)
_PERSON = re.compile(
    r"(?<!\w)(?:kişi|insan|halk|herkes|kimse|biri|kadın|erkek|adam|çocuk|anne|baba|kardeş|abla|ağabey|dede|nine|oğl|oğul|kız|eş|karı|koca|aile|dost|arkadaş|komşu|köylü|öğretmen|öğrenci|hoca|müdür|başkan|"
    r"bakan|vali|kaymakam|muhtar|kral|padişah|sultan|şah|paşa|komutan|asker|ordu|subay|polis|doktor|hekim|hemşire|mühendis|mimar|yazar|şair|ressam|usta|çırak|işçi|memur|çoban|çiftçi|tüccar|esnaf|avukat|hâkim|hakim|"
    r"yargıç|savcı|bilgin|bilim|uzman|profesör|doçent|üye|yönetim|kurul|meclis|belediye|dernek|vakıf|şirket|kurum|bakanlık|ülke|eyalet|kent|şehir|köy|grup|örgüt|parti|ulus|millet|kilise|okul|üniversite|banka|devlet|hükümet|taraf|ekip|takım|gönüllü|sanatçı|oyuncu|sahib|sahip|müşteri|hasta|yolcu|göçmen|"
    r"topluluk|kabile|Türk|mahkeme|senato|jüri|komite|komisyon|konsey|heyet|hırsız|avcı|elçi|katil|suçlu|sanık|tanık|düşman|rakip|seçmen|vatandaş|yurttaş|yaşlı|genç|"
    r"gelin(?!c)|damat|torun|yeğen|amca|dayı|teyze|hakem|imam|papaz|rahip|derviş|köle|esir|hükümdar|imparator|prens|vezir|sadrazam|lider|filozof|kaşif|kâşif|peygamber|melek|tanrı|ben|sen|biz|siz|o|onlar|kendi|hiç)\w*"
    r"|\w{3,}[cç][ıiuü](?:l[ae]r\w*|n?[ıiuü]n?|d[ae]n|s[ıiuü])?(?!\w)|\w+(?:[ae]n|m[ıiuü]ş)l[ae]r\w*|\w+(?:[ıiuü]m[ıiuü]z|l[ıiuü]l[ae]r)\w*"
)
_MEASURE = re.compile(r"\d[\d.,]*(?<!\.)(?:['’]\w+)?(?:\s[a-zçğıöşü]+)?")  # not an ordinal: "3. katta"
_BESIDE = re.compile(r"[ıiuü]nd[ae]$")  # "Dere kıyısında." is a place in spite of its capital
_ONLY_NUMBER = re.compile(r"^[\d\s.,:/%-]+(?:['’]\w+)?\.?$")


def answer_form(question: str, answer: str) -> str | None:
    """Return `answer_form` where the question asks for a person, time, number, place or reason and the answer holds none; else None."""
    asked = TITLE_LEAD.sub("", lower(question))
    for pattern, fits in _FORMS:
        if pattern.search(asked):
            return None if fits(answer) else "answer_form"
    return None


def _is_person(answer: str) -> bool:
    if _ONLY_NUMBER.match(answer):
        return False
    found = [word for word in words(answer) if word[0].isalpha()]
    if any(word[0].isupper() for word in found[1:]) or _PERSON.search(lower(answer)):
        return True
    if not found or not found[0][0].isupper() or len(found) > 3:
        return False
    return _MONTH.search(lower(answer)) is None and _BESIDE.search(found[-1]) is None


def _is_place(answer: str) -> bool:
    if _ONLY_NUMBER.match(answer):
        return False
    bare = _MEASURE.sub(" ", answer)
    found = [word for word in words(bare) if not _MONTH.search(lower(word))]
    return any(word[0].isupper() for word in found) or _WHERE.search(lower(" ".join(found))) is not None


def _is_reason(answer: str) -> bool:
    return not _ONLY_NUMBER.match(answer) and (len(answer.split()) > 1 or _WHY.search(lower(answer)) is not None)


_MONTH = re.compile(r"(?<!\w)(?:ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık)(?:ta|te|da|de|ında|ı)?(?!\w)")
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]] = (
    (
        re.compile(r"(?<!\w)saat kaç"),
        lambda answer: bool(_WHEN.search(lower(answer)) or _COUNT.search(lower(answer))),
    ),
    (
        re.compile(r"(?<!\w)ne zaman(?!ki)|(?<!\w)hangi (?:yıl|tarih|ay|gün|yüzyıl)(?:d[ae]|t[ae]|[ıi]nd[ae])?(?!\w)"),
        lambda answer: bool(_WHEN.search(lower(answer))),
    ),
    (re.compile(r"(?<!\w)(?:kaç(?:t[ıi]r|ı|[ae]|t[ae]n?|ıncı|ar)?|yüzde kaç)(?!\w)"), lambda answer: bool(_COUNT.search(lower(answer)))),
    (re.compile(r"(?<!\w)kim(?:dir|ler|in|e|i|den|de|le|lerdir|lerin)?(?!\w)"), _is_person),
    (re.compile(r"(?<!\w)nere(?:de|ye|den|dedir|sidir|si|lidir|li|lerde|lere)\w*"), _is_place),
    (re.compile(r"(?<!\w)(?:neden(?! ol)|niçin|niye)(?!\w)"), _is_reason),
)
