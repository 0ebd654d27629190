"""What an evolved instruction fails by: it gained nothing on the one it came of, speaks of the request, or was not answered (Evol-Instruct, Xu et al. 2023, section 3.2)."""

from __future__ import annotations

import re
from typing import Final

from curation.turkish import lower
from synthesis import checks
from synthesis.drafts import Refusal

_SAME: Final = 0.8  # of the words of the broader instruction stand in the simple one: nothing new was asked
_MEAGRE: Final = 80  # words; a longer answer that says sorry somewhere answers all the same (their number)
_OF_THE_REQUEST: Final = re.compile(
    r"(?<!\w)(?:(?:geliştiril(?:miş|ecek|en)|zorlaştırıl(?:mış|an)|derinleştiril(?:miş|en)|ilk|basit|verilen) (?:yönerge|istem)\w*"
    r"|geliştiril(?:miş|ecek) soru\w*|geliştirme yolu\w*)"
)
_NO_ANSWER: Final = re.compile(
    r"(?<!\w)(?:(?:üzgünüm|özür diler|maalesef|ne yazık ki)[^.]*(?:bilgi|cevap|yanıt|metin|yardım)"
    r"|(?:cevap|yanıt) (?:veremem|veremiyor|verilemez|verilemiyor|bulunmuyor|bulunmamakta|yok)"
    r"|(?:cevapla|yanıtla)(?:yamam|yamıyor|namaz|namıyor)"
    r"|metin(?:de|den)(?!\w)[^.]*(?:yok(?:tur)?(?!\w)|bulunmuyor|bulunmamakta|yer almıyor|yer almamakta|verilmemiş|belirtilmemiş|geçmiyor|anlaşılmıyor))"
)


def eliminated(simple: str, instruction: str, answer: str, *, deeper: bool) -> Refusal | None:
    """Return why `instruction`, which `simple` was evolved into, and its `answer` are no gain, or None.

    `deeper` tells an instruction that asks more of the same, which takes more words, from one that asks something else.
    """
    if _says_the_same(simple, instruction) or (not deeper and checks.overlap(instruction, simple) >= _SAME):
        return Refusal("not_evolved", instruction)
    if deeper and len(instruction.split()) <= len(simple.split()):
        return Refusal("not_harder", instruction)
    if found := _OF_THE_REQUEST.search(lower(instruction)):
        return Refusal("speaks_of_request", found.group())
    if len(answer.split()) < _MEAGRE and (found := _NO_ANSWER.search(lower(answer))):
        return Refusal("not_answered", found.group())
    return None


def _says_the_same(simple: str, instruction: str) -> bool:
    from synthesis.repeats import same_words

    return checks.question_key(simple) == checks.question_key(instruction) or same_words(simple, instruction)
