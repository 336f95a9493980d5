"""Every link between the project's pages leads to a page and a heading that exist, and every page is on the index."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.build import DOCS

PAGES = sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")])
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings make, as Markdown sites spell them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Give the file and the anchor of each link that stays within the project."""
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if not target.startswith(("http://", "https://", "mailto:")):
            file, _, anchor = target.partition("#")
            yield (page.parent / file if file else page), anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    lost = [f"{file}#{a}" for file, a in links(page) if not file.exists() or (a and a not in anchors(file))]
    assert lost == []


def test_the_index_leads_to_every_page() -> None:
    reached = {file.resolve() for file, _ in links(DOCS / "index.md")}
    assert {page.resolve() for page in DOCS.glob("*.md")} - reached == {(DOCS / "index.md").resolve()}
