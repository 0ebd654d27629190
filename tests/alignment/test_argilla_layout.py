"""What a dataset shows, and what is said where one was laid out before conversations were shown."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from alignment.argilla_desk.desk import ArgillaDesk
from alignment.config import ReviewConfig
from alignment.desk import Item, What
from curation.errors import ReviewError

TALK = Item("pair-1", "pairs", "cok-turlu", "Peki ne zaman?", "", ("1954'te.",), "", before="Kullanıcı: Nerede?\n\nAsistan: Muğla'da.")
QUESTION = Item("pair-2", "pairs", "soru-cevap", "Ne zaman kuruldu?", "", ("1954'te.",), "")


def desk(folder: Path, monkeypatch: pytest.MonkeyPatch, *fields: str) -> tuple[ArgillaDesk, list[Any]]:
    """A desk whose dataset of pairs has these fields, and what is sent to it."""
    questions = [SimpleNamespace(name=name, id=name) for name in ("karar", "duzeltilmis")]
    settings = SimpleNamespace(questions=questions, fields=[SimpleNamespace(name=name) for name in fields])
    dataset = SimpleNamespace(id="x", name="deneme-ciftler", settings=settings)
    client = SimpleNamespace(api_url="http://127.0.0.1:9", api=SimpleNamespace(http_client=SimpleNamespace(close=lambda: None)))
    sent: list[Any] = []
    monkeypatch.setattr(ArgillaDesk, "_dataset", lambda *_, **__: dataset)
    monkeypatch.setattr(ArgillaDesk, "_note_guideline", lambda *_: None)
    monkeypatch.setattr(ArgillaDesk, "_records", lambda *_, **__: iter(()))
    monkeypatch.setattr(ArgillaDesk, "_put", lambda _, __, values: sent.extend(values["items"]))
    return ArgillaDesk(client, ReviewConfig(desk="argilla", sample=2), folder, "deneme"), sent


def test_a_dataset_without_a_place_for_conversations_takes_none_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("argilla")
    one, sent = desk(tmp_path / "review", monkeypatch, "gorev", "metin", "cevap", "dayanak")
    assert one.push([QUESTION]) == 1
    with pytest.raises(ReviewError, match=r"deneme-ciftler .* before conversations were shown"):
        one.push([QUESTION, TALK])
    assert [record["external_id"] for record in sent] == ["pair-2"]


def test_a_conversation_is_sent_to_a_dataset_that_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("argilla")
    one, sent = desk(tmp_path / "review", monkeypatch, "konusma", "gorev", "metin", "cevap", "dayanak")
    assert one.push([QUESTION, TALK]) == 2
    assert ["konusma" in record["fields"] for record in sent] == [False, True]


@pytest.mark.parametrize("what", ["pairs", "preferences"])
@pytest.mark.filterwarnings("ignore")  # of argilla's own classes
def test_people_read_the_conversation_above_the_question(what: What) -> None:
    pytest.importorskip("argilla")
    from alignment.argilla_desk.layout import settings

    made = settings(MagicMock(), what, people=1, blind=True)
    assert [field.name for field in made.fields][:2] == ["konusma", "gorev"]
    assert [field.name for field in made.fields if field.required] == ["gorev", "cevap" if what == "pairs" else "cevaplar"]
