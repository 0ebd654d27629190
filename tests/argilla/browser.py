"""A reviewer in a real Chromium, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

_PATIENCE_S = 40


def open_browser(chromium: str, chromedriver: str) -> Any:
    """A headless Chromium that keeps what the page says in its console."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1600,1100"):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=Service(chromedriver))


class Page:
    """Argilla's page as one person sees it; `shots` collects pictures to be looked at."""

    def __init__(self, browser: Any, url: str, shots: Path) -> None:
        self.browser = browser
        self.url = url
        self.shots = shots

    def log_in(self, name: str, password: str) -> None:
        self.browser.get(self.url)
        first, second = self.all("input", at_least=2)[:2]
        first.send_keys(name)
        second.send_keys(password, Keys.ENTER)
        self.until(lambda: "sign-in" not in self.browser.current_url)

    def open(self, dataset: str) -> None:
        self.browser.get(f"{self.url}/dataset/{dataset}/annotation-mode")
        self.all("label[for^=karar_]")

    def shows(self) -> str:
        """The text of the record at hand, frames included."""
        text = str(self.one(".record").text)
        for frame in self.browser.find_elements(By.CSS_SELECTOR, ".record iframe"):
            with self._inside(frame):
                text += "\n" + self.browser.find_element(By.TAG_NAME, "body").text
        return text

    def key(self, *keys: str) -> None:
        """Press keys where no text field has the focus."""
        ActionChains(self.browser).send_keys(*keys).perform()

    def decide(self, verdict: str) -> None:
        self.one(f"label[for=karar_{verdict}]").click()

    def correct(self, text: str) -> None:
        """Write over the corrected answer that stands there."""
        box = self.all("[contenteditable=true]")[0]
        box.click()
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()

    def submit(self) -> None:
        """Send the verdict and wait for the next record."""
        before = self.shows()
        self.until(lambda: self.one(".button--submit").is_enabled())
        self.one(".button--submit").click()
        self.until(lambda: self._moved(before))

    def discard(self) -> None:
        before = self.shows()
        self.one(".button--discard").click()
        self.until(lambda: self._moved(before))

    def search(self, words: str) -> None:
        self.one(".search-area__icon").click()
        box = self.one("input[role=search]")
        box.send_keys(words, Keys.ENTER)

    def filter(self, status: str) -> None:
        """Choose whose records are shown, in the list above them: Pending, Draft, Discarded, Submitted."""
        self.one(".selected-option").click()
        for option in self.all(".dropdown__content label, .status-filter li, [class*=dropdown] li"):
            if status.lower() in option.text.lower():
                option.click()
                break
        self.until(lambda: f"status={status.lower()}" in self.browser.current_url)
        self.all("label[for^=karar_]")

    def count(self) -> int:
        """How many records the list has."""
        return int(self.one(".pagination__info").text.split("of")[-1])

    def press_enter(self) -> None:
        """Submit by keyboard, once the next question has taken the focus."""
        self.until(lambda: self.one(".button--submit").is_enabled())
        self.until(lambda: self.browser.switch_to.active_element.tag_name == "input")
        self.key(Keys.RETURN)

    def update(self) -> None:
        """Send a changed verdict."""
        self.until(lambda: self.one(".button--submit").is_enabled())
        self.one(".button--submit").click()
        self.until(lambda: not self.one(".button--submit").is_enabled() or self.browser.find_elements(By.CSS_SELECTOR, ".wrapper--empty"))

    def go_to(self, text: str) -> None:
        """Turn pages until a record with `text` shows."""
        for _ in range(self.count()):
            if text in self.shows():
                return
            before = self.shows()
            self.one(".pagination__button[aria-label^=Next]").click()
            self.until(lambda before=before: self.shows() != before)
        self.until(lambda: text in self.shows())

    def ran(self, name: str) -> Any:
        """The value of a variable that a script in a record would have set, in the page or in a frame of it."""
        found = [self.browser.execute_script(f"return {name} || null")]
        for frame in self.browser.find_elements(By.CSS_SELECTOR, "iframe"):
            with self._inside(frame):
                found.append(self.browser.execute_script(f"return {name} || null"))
        return next((value for value in found if value is not None), None)

    def in_sight(self, text: str) -> dict[str, float] | None:
        """The rectangle of the innermost element that holds just `text`, after scrolling to it; None where it is not in the window."""
        script = """
            const wanted = arguments[0], squeezed = one => one.textContent.replace(/\\s+/g, ' ').trim();
            const found = [...document.querySelectorAll('.record *')].filter(one => squeezed(one) === wanted).pop();
            if (!found) return null;
            found.scrollIntoView({block: 'end'});
            const {left, right, top, bottom} = found.getBoundingClientRect();
            return bottom > 0 && bottom <= window.innerHeight + 1 ? {left, right, top, bottom} : null;
        """
        found: dict[str, float] | None = self.browser.execute_script(script, text)
        return found

    def shot(self, name: str) -> None:
        self.browser.save_screenshot(str(self.shots / f"{name}.png"))

    def one(self, selector: str) -> Any:
        return self.all(selector)[0]

    def all(self, selector: str, at_least: int = 1) -> list[Any]:
        self.until(lambda: len(self.browser.find_elements(By.CSS_SELECTOR, selector)) >= at_least)
        return list(self.browser.find_elements(By.CSS_SELECTOR, selector))

    def until(self, true: Any) -> None:
        try:
            WebDriverWait(self.browser, _PATIENCE_S, ignored_exceptions=(Exception,)).until(lambda _: true())
        except TimeoutException:
            self.shot("vazgecildi")
            raise

    @contextmanager
    def _inside(self, frame: Any) -> Iterator[None]:
        """Back on the page at the end, also where the page moved on meanwhile and took the frame with it."""
        self.browser.switch_to.frame(frame)
        try:
            yield
        finally:
            self.browser.switch_to.default_content()

    def _moved(self, before: str) -> bool:
        return bool(self.browser.find_elements(By.CSS_SELECTOR, ".wrapper--empty")) or self.shows() != before
