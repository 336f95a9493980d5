"""Reads a company file: all its mistakes at once, each with its line."""

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from streamgauge.company.document import Mistake, read
from streamgauge.company.mistakes import in_values, twins
from streamgauge.company.model import Company
from streamgauge.errors import BadCompanyFile, NoPermission

LARGEST = 256 * 1024
"""The most bytes that a company file may have."""
_SHOWN = 100


def load(path: str | os.PathLike[str]) -> Company:
    """Return the company that a file describes; repositories are absolute, seen from the file's folder.

    Raises BadCompanyFile, which names every mistake with its line, and NoPermission.
    """
    company = parse(_text(path), name=os.fspath(path))
    folder = Path(path).absolute().parent
    services = (replace(service, repository=_resolved(folder, service.repository)) for service in company.services)
    return replace(company, services=tuple(services))


def parse(text: str, *, name: str) -> Company:
    """Return the company that a YAML text describes, repositories as written; `name` stands in errors.

    Raises BadCompanyFile.
    """
    from pydantic import ValidationError

    document = read(text)
    company: Company | None = None
    # As JSON, because there pydantic's strict types are those of the file: a list is a tuple, "1" is no number.
    values = json.dumps(document.value)
    try:
        company = _adapter().validate_json(values, strict=True)
        wrong: Iterable[Mistake] = ()
    except ValidationError as error:
        wrong = in_values(document, error.errors(include_url=False))
    mistakes = {*document.mistakes, *wrong, *twins(document)}
    if company is None or mistakes:
        raise _bad(name, mistakes)
    return company


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a company file, with a description of each key, for editors."""
    title = {"title": "The company file of Streamgauge, streamgauge.yaml"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema(), **title}


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Company)


def _text(path: str | os.PathLike[str]) -> str:
    """Return the text of the file; raises BadCompanyFile, NoPermission."""
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except PermissionError as error:
        raise NoPermission(f"{path} may not be read.", advice="Give yourself the right to read it.") from error
    except FileNotFoundError as error:
        raise BadCompanyFile(f"There is no file {path}.", advice="`streamgauge init` writes one.") from error
    except IsADirectoryError as error:
        raise BadCompanyFile(f"{path} is a folder.", advice="Name the file in it, such as streamgauge.yaml.") from error
    except (OSError, ValueError) as error:
        raise BadCompanyFile(f"{path!r} cannot be read: {error}.", advice="Name a file.") from error
    if len(raw) > LARGEST:
        raise BadCompanyFile(f"{path} is larger than {LARGEST // 1024} KiB.", advice="Is it a company file?")
    return _decoded(raw, os.fspath(path))


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = f"A byte {raw[error.start]:#04x} is not UTF-8. Allowed: a file saved as UTF-8."
        raise _bad(name, [Mistake(line, wrong)]) from error


def _bad(name: str, mistakes: Iterable[Mistake]) -> BadCompanyFile:
    ordered = sorted(mistakes, key=lambda mistake: (mistake.line, mistake.wrong))
    shown = [f"{name}:{mistake.line}: {mistake.wrong}" for mistake in ordered[:_SHOWN]]
    more = [f"... and {len(ordered) - _SHOWN} more."] if len(ordered) > _SHOWN else []
    count = "1 mistake" if len(ordered) == 1 else f"{len(ordered)} mistakes"
    advice = "Mend the lines named; `streamgauge init` writes a file with every key explained."
    return BadCompanyFile("\n".join([f"{name} has {count}.", *shown, *more]), advice=advice)


def _resolved(folder: Path, repository: str) -> str:
    try:
        return str((folder / Path(repository).expanduser()).resolve())
    except (OSError, RuntimeError):
        # A home that nobody has, or links in a circle: whoever opens the repository says so, by this name.
        return str(folder / repository)
