"""What a reviewer does in Argilla's page with mouse and keyboard is exactly what a pull brings back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignment.argilla_desk.desk import open_argilla
from alignment.argilla_desk.local_server import LocalServer
from alignment.config import ReviewConfig
from tests.argilla.items import pair_item, preference_item

pytestmark = [pytest.mark.argilla, pytest.mark.slow, pytest.mark.timeout(600)]

PAYLOAD = "<script>window.ele=1</script><img src=x onerror=window.ele=2>{{7*7}} ${7*7} </script><b>kalın</b> $& $' 5 < 6"


@pytest.fixture
def page(server: LocalServer, tmp_path: Path) -> Iterator[object]:
    chromium, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no Chromium on this machine: apt-get install chromium chromium-driver")
    pytest.importorskip("selenium", reason="the browser test needs selenium: pip install selenium")
    from tests.argilla.browser import Page, open_browser

    shots = Path(os.environ.get("IMBIK_SCREENSHOTS") or tmp_path)
    shots.mkdir(parents=True, exist_ok=True)
    browser = open_browser(chromium, driver)
    try:
        one = Page(browser, server.url, shots)
        one.log_in("deniz", server.passwords["deniz"])
        yield one
    finally:
        browser.quit()


def test_a_reviewer_searches_filters_judges_and_changes_their_mind(page, person, tmp_path: Path, run_name: str) -> None:  # type: ignore[no-untyped-def]
    config = ReviewConfig(desk="argilla", sample=10)
    desk = open_argilla(config, tmp_path / "review", run_name)
    desk.push([pair_item(n, priority=float(n)) for n in range(5)] + [preference_item(n, priority=float(n)) for n in range(2)])
    datasets = person("deniz").datasets()

    page.open(datasets[f"{run_name}-ciftler"])
    page.shot("ciftler")
    page.search("ISTANBUL")
    page.until(lambda: page.count() == 5)
    page.shot("arama")
    page.open(datasets[f"{run_name}-ciftler"])
    page.until(lambda: "0. kooperatif İSTANBUL'da" in page.shows())
    page.key("1")
    page.press_enter()
    page.until(lambda: "1. kooperatif" in page.shows())
    page.decide("duzelt")
    page.correct("Kooperatif Işıklar'da, 1901'de kuruldu.")
    page.shot("duzelt")
    page.submit()
    page.until(lambda: "2. kooperatif" in page.shows())
    page.discard()
    page.until(lambda: "3. kooperatif" in page.shows())
    page.decide("ret")
    page.submit()
    page.filter("Submitted")
    page.until(lambda: page.count() == 3)
    page.go_to("3. kooperatif")
    page.decide("kabul")
    page.update()
    page.shot("degistir")

    page.open(datasets[f"{run_name}-tercihler"])
    page.until(lambda: "Köprü Kızılırmak'ın üzerindedir." in page.shows())
    page.shot("tercihler")
    page.key("2")
    page.press_enter()
    page.until(lambda: "1. köprü" in page.shows())

    said = {verdict.id: (verdict.verdict, verdict.output) for verdict in desk.pull().verdicts}
    assert said == {
        pair_item(0).id: ("kabul", ""),
        pair_item(1).id: ("duzelt", "Kooperatif Işıklar'da, 1901'de kuruldu."),
        pair_item(3).id: ("kabul", ""),
        preference_item(0).id: ("b", ""),
    }


def test_the_evidence_stands_beside_the_answer_to_be_corrected_however_long_the_record(page, person, tmp_path: Path, run_name: str) -> None:  # type: ignore[no-untyped-def]
    """The record and the answer form scroll apart: the last line of the evidence and the answer are in the window together, side by side."""
    long = " ".join(f"{n}. cümlede kooperatifin o yılki işleri anlatılıyor." for n in range(60))
    item = pair_item(1, input=long, evidence=" ".join(f"{n}. yılda kooperatife on ortak daha katıldı." for n in range(40)))
    open_argilla(ReviewConfig(desk="argilla", sample=10), tmp_path / "review", run_name).push([item])
    page.open(person("deniz").datasets()[f"{run_name}-ciftler"])
    page.until(lambda: item.evidence in page.shows())
    evidence = page.in_sight(item.evidence)
    answer = page.all("[contenteditable=true]")[0]
    page.shot("dayanak-yaninda")
    assert evidence is not None
    assert answer.text == item.answers[0]
    assert evidence["right"] <= answer.rect["x"]
    window = page.browser.execute_script("return [window.scrollY, window.innerHeight]")
    assert 0 <= answer.rect["y"] - window[0] < answer.rect["y"] - window[0] + answer.rect["height"] <= window[1]


def test_what_stands_in_a_record_is_text_and_never_runs(page, person, tmp_path: Path, run_name: str) -> None:  # type: ignore[no-untyped-def]
    fields = {"instruction": PAYLOAD, "input": PAYLOAD, "evidence": PAYLOAD}
    desk = open_argilla(ReviewConfig(desk="argilla", sample=10), tmp_path / "review", run_name)
    desk.push([pair_item(1, answers=(PAYLOAD,), **fields), preference_item(1, answers=(PAYLOAD, f"{PAYLOAD} B"), **fields)])
    for kind, times in (("ciftler", 4), ("tercihler", 5)):
        page.open(person("deniz").datasets()[f"{run_name}-{kind}"])
        page.until(lambda times=times: page.shows().count(PAYLOAD) == times)
        page.shot(f"metin-{kind}")
        assert page.ran("window.ele") is None
    page.open(person("deniz").datasets()[f"{run_name}-ciftler"])
    assert PAYLOAD in page.all("[contenteditable=true]")[0].text
