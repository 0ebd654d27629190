"""Coverage-guided fuzzing of the scrubber: no text may stop it, and an identifier that stands by itself never survives it.

    python -m tests.fuzz.fuzz_scrubber -max_total_time=60 [CORPUS_FOLDER]

The first byte of an input chooses policy and identifier, the rest is the text before and after it.
"""

from __future__ import annotations

import sys

from tests.fuzz.engine import atheris, fuzz

with atheris().instrument_imports(include=["curation.pii"]):
    from curation.config import PiiConfig
    from curation.pii.scrub import scrub

POLICIES = ("tag", "mask", "surrogate")
KEY = b"fuzz"
# Values whose checksums hold and that belong to nobody: published test numbers.
IDENTIFIERS = (
    "T.C. kimlik numarası: 10000000146",
    "IBAN: TR330006100519786457841326",
    "Kart numarası: 4111111111111111",
    "e-posta: ayse.deneme@ornek.com.tr",
)


def one_text(data: bytes) -> None:
    """Scrub one text with an identifier in the middle of it, in a paragraph of its own."""
    if not data:
        return
    policy = POLICIES[data[0] % len(POLICIES)]
    line = IDENTIFIERS[data[0] // len(POLICIES) % len(IDENTIFIERS)]
    text = data[1:].decode("utf-8", "replace")
    half = len(text) // 2
    found = scrub((f"{text[:half]}\n\n{line}\n\n{text[half:]}", text), PiiConfig(policy=policy), key=KEY)
    value = line.split()[-1]
    if value not in text:  # the text may hold it in a place where it is something else
        assert value not in found.texts[0], (policy, value)
    kept = scrub((text,), PiiConfig(policy="keep"))
    assert kept.texts == (text,)


def main() -> None:
    """Fuzz until the time on the command line is over."""
    texts = ("Ayşe Hanım 0532 123 45 67 numarasından aradı.", "34 ABC 123 plakalı araç, Atatürk Mah. 3. Sok. No: 5", "12.05.1980 doğumlu")
    fuzz(one_text, [bytes([number]) + text.encode() for number in range(12) for text in texts])


if __name__ == "__main__":
    sys.exit(main())
