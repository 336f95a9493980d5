"""A reader's browser for tests: the system's Chromium, with everything that a page says or asks for kept."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Visit:
    """One reader's visit; every message of the console and every request is kept."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.heard: list[str] = []
        self.page: Page | None = None

    def __call__(self, case: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        page = self.browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.heard.append(message.text))
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.on("dialog", lambda dialog: self.heard.append(dialog.message))
        page.on("request", lambda request: None if self._own(request.url) else self.heard.append(request.url))
        page.goto((self.folder / f"{case}.html").as_uri())
        self.page = page
        return page

    def _own(self, address: str) -> bool:
        return address.startswith(self.folder.as_uri())

    def leave(self) -> None:
        """Close the page; a message or a request to the outside fails the test."""
        if self.page:
            self.page.context.close()
        assert self.heard == []


def lightness(page: Page, selector: str, attribute: str) -> float:
    """Return how light a colour of an element is, 0 to 255."""
    colour = page.evaluate(
        "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]", [selector, attribute]
    )
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3


CONTRAST = """([text, ground]) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const of = (selector, name) => light(getComputedStyle(document.querySelector(selector))[name]);
  const [low, high] = [of(text, "color"), of(ground, "backgroundColor")].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
"""Script that returns the contrast between the text and the ground of two elements."""
