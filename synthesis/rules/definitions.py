"""Definitions in a text: `X, ... bir Y'dir` and `...-e X denir`, asked as `X nedir?` and answered with the sentence itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from curation.turkish import ascii_letters, lower, upper
from synthesis.lexicon import NUMBER_WORDS, ORGANISATIONS, PROFESSIONS, word_set
from synthesis.rules.candidates import Candidate, anchored, field_unsaid
from synthesis.rules.names import is_person, names_of, with_whole_name
from synthesis.rules.sentence import Sentence, Token, leave_alone, sentences_of, subordinate, tokenize

_IS = re.compile(r"^(?P<term>[^,]{2,60}), (?P<class>[^;:]+?[dt][ıiuü]r)\.$")
_CALLED = re.compile(r"^(?P<before>[^;:?]+) (?:denir|denmektedir|adı verilir|denilir|denilmektedir|adı verilmektedir)\.$")
_NOT_A_CLASS = re.compile(
    r"(?:m[ıiuü]ş|m[ae]kt[ae]|m[ae]l[ıi]|var|yok|değil|[ae]cak|ecek|[ıiuü]nd[ae]|[dt][ae]|kadar|gerek|mevcut|sahip|mesul|müteselsil|müstakil|tâbi|muaf|geçerli|yeterli|muhakkak|şart|mümkün|zorunlu|önemli|gerekli|farklı|benzer|aynı|[lsş][ıiuü]z|daha \w+|çok \w+|en \w+|lü|lı|li|lu|[dt][ae]n|durum|lazım|gibi|tabi|ait|bağlı|yükümlü|sorumlu|göstergesi|şey|konu|parçası|örneği|sonucu|nedeni|sebebi|biri|tane)[dt][ıiuü]r$"
)
# One of its kind in the story at hand, or a part of something: no term to define.
_NOT_TERMS = re.compile(
    r"(?:adım|sonuç|sonucu|amaç|amacı|hedef|neden|nedeni|sebep|sebebi|süre|süresi|fark|farkı|kural|kuralı|sorun|sorunu|yol|yolu|yöntem|yöntemi|çözüm|soru|cevap|yanıt|kişi|gün|usta|öğretmen|ekip|"
    r"takım|kulüp|köy|ilçe|kasaba|bina|binası|okul|müze|başkan|proje|şirket|dernek|heyet|kurum|festival|yarışma|etkinlik|köprü|parkur|film|kitap|kitabı|eser|roman|ürün|hizmet|program|uygulama|sergi|ev|salon|"
    r"tek|ilk|son|asıl|en|her|bir|biri|geriye|yapı|kent|şehir|saat|anahtar|sır|sırrı|kısım|bölüm|çarşı|dükkân|lokanta|ücret|fiyat|tören|kurs|merkez|sistem|sahibi|hata|ada|göl|nehir|dağ|dükkan|adı|adres|işi|iş|yer|yeri|"
    r"kadın|adam|çocuk|oğlu|kızı|babası|annesi|dedesi|yaz|kış|bugün|genç|emekli|yeni|eski|önemli|yaygın|büyük|küçük|kolay|zor|sonra|önce|göre|özetle|kısacası|ayrıca|yani|aslında|genellikle|işlem|büyüklük|kasnak|göz|iz|taban|kol|ayak|baş|yüz|kanat|düğüm|dizi|tablo|ışık|alan|birim|yönetici|dize|dizeler|hazine|kapak|uydular)$"
)


def definitions(passage: str, title: str, *, alone: bool, opening: bool) -> Iterator[Candidate]:
    """Yield what the passage defines, in its order; the first sentence of a passage that is the `opening` of its text needs nothing beside it."""
    known = names_of(passage, title).known
    for index, sentence in enumerate(sentences_of(passage)):
        called = _CALLED.match(sentence.whole)
        found = _called(sentence, called["before"]) if called else _is(sentence)
        if found is None:
            continue
        leans = _answer_leans(found)
        if found.doubt is None and (leans or found.kind == "called") and _owner_unknown(found, sentence):
            found = replace(found, doubt="owner_unknown")
        elif alone and found.doubt is None and leans:
            found = replace(found, given=True)
        elif alone and found.doubt is None and field_unsaid(found.question, title, first=opening and index == 0):
            small = not _proper(found.question, passage, known)
            found = anchored(found, title, lower(found.question[:1]) + found.question[1:] if small else found.question)
        yield found


def _proper(question: str, passage: str, known: frozenset[str]) -> bool:
    """Whether the term keeps its capital inside a sentence: `Wi-Fi`, `Van Gölü`; not `Çağrı merkezi`."""
    first, second = tokenize(question)[:2]
    if re.search(r"[A-ZÇĞİÖŞÜ]", first.text[1:]) or second.capital:
        return True
    alone = second.low in {"nedir", "kime"}
    return alone and first.text in known and re.search(rf"(?<!\w){re.escape(first.low)}", passage) is None


def _answer_leans(found: Candidate) -> bool:
    """Whether a definition holds beside its text only: `tepenin çökmesiyle oluşan çukura`, or an `ise` taken out."""
    if found.answer not in found.quote and re.search(r"(?<!\w)(?:ise|de|da)(?!\w)", found.quote):
        return True
    first = tokenize(found.answer)[0]
    owned = re.search(r"[^lr][ıiuü]n$", first.low) is not None and first.bare and first.low not in _GENERAL_OWNERS
    return found.kind == "called" and owned


def _owner_unknown(found: Candidate, sentence: Sentence) -> bool:
    """Whether a definition begins with the owner of a part, a noun not spoken of before: `Döngünün ... bölümüne`."""
    first, second = tokenize(found.answer)[:2]
    if found.kind == "called" and first.bare and re.search(r"\w{3}[ıiuü]nd[ae]n?$", first.low):
        return True  # "Yapısında ... taşıyan birime": in whose?
    if second.low in _WITHIN:
        return not any(ascii_letters(word).startswith(ascii_letters(first.low)[:5]) for word in re.findall(r"[^\W\d_]+", sentence.earlier))
    if not re.search(r"[^lr][ıiuü]n$", first.low) or first.low in _GENERAL_OWNERS:
        return False
    stem = ascii_letters(re.sub(r"n?[ıiuü]n$", "", first.low))[:5]
    return not any(ascii_letters(word).startswith(stem) for word in re.findall(r"[^\W\d_]+", sentence.earlier))


_WITHIN = word_set("içindeki üzerindeki arasındaki altındaki dışındaki içinde üzerinde")


def _called(sentence: Sentence, before: str) -> Candidate | None:
    tokens = tokenize(before)
    if len(tokens) < 4:
        return None
    head, comma, rest = before.partition(", ")
    if comma and "," not in rest and _dative(tokens[-1]) and len(head.split()) <= 4:
        term, doubt = head, _term_doubt(tokenize(head))
    else:
        first = _term_start(tokens)
        if first is None:
            return None
        term = before[tokens[first].start :]
        doubt = _term_doubt(tokens[first:]) or ("no_meaning" if first < 4 else "long_term" if len(tokens) - first > 5 else None)
    answer = re.sub(r" ise (?=\S)", " ", sentence.whole)
    if comma and term == head:
        # "X, ... aktarıma denir" -> "... aktarıma X denir": X is no subject of `denir`
        small = term if len(tokenize(term)) == 1 and term.isupper() else lower(term[:1]) + term[1:]
        answer = f"{upper(rest[:1])}{rest[1:]} {small} {sentence.whole[len(before) + 1 :]}"
    return Candidate(f"{upper(term[:1])}{term[1:]} nedir?", answer, sentence.whole, "called", doubt or _leans(answer))


def _term_start(tokens: tuple[Token, ...]) -> int | None:
    """Return where the name begins behind the dative: `çukura | kaldera denir`, `yağa | natürel sızma zeytinyağı denir`."""
    doubtful = None
    for index in range(len(tokens) - 2, -1, -1):
        word = tokens[index].low
        if word == "ise" or _dative(tokens[index]):
            return index + 1
        if tokens[index].after or re.search(r"[dt][ae]$", word):
            return doubtful  # "karbonhidrata" or "çevresinde": dative or locative
        if re.search(r"m[ae]$", word) and doubtful is None:
            doubtful = index + 1
    return doubtful


def _dative(token: Token) -> bool:
    return (
        re.search(r"(?:[yn]|[^aeıioöuüm])[ae]$", token.low) is not None
        and not re.search(r"[dt][ae]$|c[ae]$|s[ae]$", token.low)
        and token.low not in _ENDS_LIKE_DATIVE
    )


_ENDS_LIKE_DATIVE = word_set(
    """
    fazla kara ana ince gece kısa geniş sade orta taze kuru bile daha başka veya ya ne kabuk oda ara hava para
    """
)


def _is(sentence: Sentence) -> Candidate | None:
    match = _IS.match(sentence.whole)
    if match is None or ". " in sentence.whole:
        return None
    term = tokenize(match["term"])
    if not term or len(term) > 4 or _NOT_A_CLASS.search(match["class"]):
        return None
    names = names_of(sentence.whole, "")
    person = is_person(term, 0, len(term)) and all(t.capital for t in term)
    meaning = tokenize(match["class"])
    if not _copula(meaning[-1].low) or _enumerates(match["class"]) or re.search(r"l[ae]rd[ıi]r$", meaning[-1].low):
        return None
    if _TWO_VERBS.search(match["class"]) or _MEASURED.search(match["class"]):
        return None
    described = any(subordinate(t.low) for t in meaning) or " bir " in f" {match['class']} " or "her türlü" in match["class"]
    named = len(term) > 1 and term[1].capital
    doubt = None
    if person:
        doubt = None if any(t.low in PROFESSIONS or re.sub(r"[dt][ıiuü]r$", "", t.low) in PROFESSIONS for t in meaning) else "no_class"
    elif len(term) > 1 and ascii_letters(term[0].text) == ascii_letters(re.sub(r"[dt][ıiuü]r$", "", meaning[-1].low)):
        doubt = "no_class"  # "Bavul lacivert, orta boy bir bavuldur": predicates of one bag
    elif not described or len(meaning) < 4 or not _framed(meaning) or (not named and not _told_apart(meaning)):
        doubt = "no_class"
    elif _PLURAL.search(term[-1].text):
        doubt = "not_a_term"
    elif (len(term) < 3 and ORGANISATIONS.search(term[-1].text)) or (len(term) == 1 and _BODY.match(term[0].low)):
        doubt = "one_of_its_kind"  # "Yönetim Kurulu": every society has its own
    elif not named and any(t.capital for t in meaning) | any(c.isdigit() for c in match["class"]):
        doubt = "one_of_its_kind"
    elif re.search(r"[ıiuü]n$", term[0].low) and len(term) > 1 and not named:
        doubt = "part_of_something"
    if not named and len(term) == 1 and re.search(r"[dt][ae]ki$", meaning[0].low):
        doubt = doubt or "one_of_its_kind"
    asked = "kimdir" if person else "kime denir" if _SOMEBODY.search(meaning[-1].low) else "nedir"
    doubt = doubt or _asked_doubt(asked, term, meaning) or _term_doubt(term) or _leans(sentence.whole)
    question, _ = with_whole_name(f"{match['term']} {asked}?", names)
    return Candidate(question, sentence.whole, sentence.whole, "is", doubt)


def _asked_doubt(asked: str, term: tuple[Token, ...], meaning: tuple[Token, ...]) -> str | None:
    """The doubt when `nedir` would ask for somebody: `Vekil nedir?`, or for one of the story: `görevlendirilecek memur`."""
    somebody = asked == "nedir" and (_SOMEBODY_TERM.search(term[-1].low) or _head(meaning[-1].low) in _PERSONS)
    coming = any(re.search(r"[ae]c[ae][kğ]\w*$", t.low) and len(t.text) > 6 for t in term[:-1])
    return "not_a_term" if somebody or coming else None


def _head(word: str) -> str:
    """Return the noun under the copula and a possessive: `hâkimidir` is `hâkim`."""
    return re.sub(r"s?[ıiuü]$", "", re.sub(r"[dt][ıiuü]r$", "", word))


_PERSONS = PROFESSIONS | word_set(
    "hakim memur vekil vasi mirasçı ortak üye işçi işveren şahıs kimse borçlu alacaklı davacı davalı sanık tanık malik görevli yetkili"
)
_SOMEBODY_TERM = re.compile(
    r"^(?:h[aâ]kim|memur|vekil|vasi|kişi|şahıs|kimse|borçlu|alacaklı|davacı|davalı|mirasçı|işçi|işveren|ortak|üye|başkan|müdür|avukat|hekim|usta|görevli)l?[ae]?r?[ıi]?$"
)
_BODY = re.compile(r"(?:kurul|kurum|heyet|meclis|birlik|bakanlık|genel|mahkeme|komisyon|daire|polis|devlet|başkan|fon|borsa|oda)$")
_TWO_VERBS = re.compile(r"(?:[ıiuü]r|[ae]r|m[ae]z|[dt][ıiuü]|m[ae]kt[ae]d[ıi]r|yor)(?:l[ae]r)?, ")  # "üyelerden oluşur, süresi iki yıldır"
_MEASURED = re.compile(rf"(?:\d|\b(?:bir|{NUMBER_WORDS})) (?:yıl|ay|gün|hafta|saat|metre|kilometre|lira|kişi|üye)[dt][ıiuü]r$")
_PLURAL = re.compile(r"l[ae]r$")
_VAGUE = word_set("daha önemli temel yaygın yararlı etkili ünlü")


def _told_apart(meaning: tuple[Token, ...]) -> bool:
    """Whether a meaning says what the thing does or is made for, not only that it is `önemli bir kavramdır`."""
    relative = any(
        (subordinate(t.low) and not t.low.endswith(("mak", "mek")))
        or re.search(r"m[ae](?:s[ıi]|y[ae])", t.low)
        or t.low in {"ilişkin", "türlü"}
        for t in meaning
    )
    acts = re.search(r"(?:m[ae]s[ıi]|[ıiuü]ş[ıiuü]|işlemi)d[ıi]r$", meaning[-1].low) is not None
    return (relative or acts) and not any(t.low in _VAGUE for t in meaning)


def _framed(meaning: tuple[Token, ...]) -> bool:
    """Whether the class is a deed (`bildirilmesidir`) or a noun with its relative clause or `bir` close before it; `borcu bakidir` is a verdict."""
    if re.search(r"m[ae](?:s[ıi])?d[ıi]r$|m[ae]kt[ıi]r$", meaning[-1].low):
        return True
    near = [token.low for token in meaning[-5:-1]]
    return _RELATIVE.search(near[-1]) is not None or any(
        word in {"bir", "türlü"} or (subordinate(word) and _RELATIVE.search(word)) for word in near
    )


_RELATIVE = re.compile(r"(?:[ae]n|[dt][ıiuü]ğ[ıiuü]|[ae]ca[kğ]\w*|[ae]ce[kğ]\w*|m[ıiuü]ş)$")


def _copula(word: str) -> bool:
    """Whether -dır on `word` follows a noun by the law of hard consonants; `eritir` is a verb."""
    match = re.search(r"(.)([dt])[ıiuü]r$", word)
    return match is not None and (match[1] in "fstkçşhp") == (match[2] == "t") and word not in {"aittir"}


def _enumerates(text: str) -> bool:
    if re.match(r"\w+ (?:ve|veya) \w+[dt][ae]n ", text):
        return True  # "farklı kültür, din ve milletten insanın"
    head, comma, _ = text.partition(",")
    return bool(comma) and not any(subordinate(t.low) or re.search(r"n[ıiuü]n$|^bir$", t.low) for t in tokenize(head))


# Stuffs and kinds: "suyun buharlaşmasına" speaks of water at large, "tepenin çökmesine" of one hill.
_GENERAL_OWNERS = word_set(
    """
    suyun havanın kanın taşın toprağın ışığın sesin ısının havanın metalin madenin kumun buzun karın sütün unun paranın insanın
    bitkinin hayvanın bakterinin fındığın zeytinin üzümün sözün dilin kâğıdın bir
    """
)
_SOMEBODY = re.compile(
    r"(?:kişi|oyuncu|uzman|görevli|çalışan[ıi]|usta|sanatçı|hekim|sporcu|yönetici)[dt][ıiuü]r$|oyuncusudur$|uzmanıdır$|görevlisidir$|sanatçısıdır$"
)


def _term_doubt(term: tuple[Token, ...]) -> str | None:
    if any(t.low in {"ve", "veya", "ya", "demek", "deyişle", "bilakis", "aksine"} or t.low.endswith(("yazılmış", "edilmiş")) for t in term):
        return "not_a_term"
    if re.search(r"m[ae]k$", term[-1].low):
        return "not_a_term"  # "gitmek, gelmek ve durmaktır": a list of deeds
    if (
        term[-1].low in {"olarak", "gibi", "göre", "için"}
        or re.search(r"(?:n[ıiuü]|l[ae]r[ıi])n$", term[-1].low)
        or any(_NOT_TERMS.match(t.low) for t in (term[0], term[-1]))
    ):
        return "not_a_term"
    located = len(term) == 1 and len(term[0].text) > 6 and re.search(r"[aeıioöuü]d[ae]$", term[0].low) is not None  # "Biyolojide"
    if (
        located
        or re.search(r"(?:l[ae]rd[ae]|[ıiuü]nd[ae]|[^aeıioöuü]d[ae])$", term[-1].low)
        or (len(term) > 1 and re.search(r"[dt][ae]$", term[0].low))
    ):
        return "not_a_term"
    if any(not t.bare or t.text[0].isdigit() for t in term[:-1]) or (subordinate(term[0].low) and len(term) > 2):
        return "not_a_term"
    return None


def _leans(sentence: str) -> str | None:
    doubt = leave_alone(Sentence(sentence, sentence, ""))
    return None if doubt in {"no_finite_verb", "refers: ya", "refers: bile"} else doubt


def term_key(question: str) -> str:
    """Return what a definition question asks about, folded, for finding the same term again."""
    return ascii_letters(re.sub(r" (?:nedir|kimdir)\?$", "", question))
