"""What contract tests ask of a package: the things its modules define, and the words of its page."""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"


def modules(package: str) -> list[Any]:
    """Return every module of a package, imported."""
    root = importlib.import_module(package)
    found = pkgutil.walk_packages(root.__path__, f"{package}.")
    return [importlib.import_module(module.name) for module in found]


def defined(package: str, wanted: Callable[[Any], bool]) -> list[Any]:
    """Return the wanted things that stand at the top of a package's own modules, each once."""
    things = [thing for module in modules(package) for thing in vars(module).values() if wanted(thing)]
    return list({id(thing): thing for thing in things}.values())


def words_of(page: str) -> str:
    """Return the text of a page of the docs."""
    return (DOCS / page).read_text(encoding="utf-8")
