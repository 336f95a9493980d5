"""Empty tables that a person fills in, with a comment on each column."""

from collections.abc import Callable, Mapping, Sequence

from streamgauge.errors import BadOption
from streamgauge.records import Record
from streamgauge.sources.files import kinds

_SHARED = {"id": "What names it; the same id again is a newer version.", "url": "Its page in the tool."}


def template(name: str, words_of: Callable[[type[Record]], Sequence[Mapping[str, str]]]) -> str:
    """Return an empty CSV for a kind of record: comments that say what each column means, and the header.

    Filled in, it imports without any option. Raises BadOption for an unknown kind.
    """
    kind = kinds.named(name)
    if kind is None:
        raise BadOption("An event log has no template: its columns are mapped.", advice="See --case, --activity, --at.")
    told = {field["name"]: field for field in words_of(kind)}
    names = kinds.given(kind)
    lines = [f"# {kind.__name__}: fill in one row for each, then `streamgauge import FILE`. Lines with # are skipped."]
    for column in names:
        needed = "needed" if column == "id" or kinds.is_needed(kind, column) else "may be empty"
        said = (
            told[column]["docs"]
            or {"id": "What names it; the same id again is a newer version.", "url": "Its page."}[column]
        )
        lines.append(f"# {column} ({_type_word(told[column]['type'])}, {needed}): {said}")
    return "\n".join([*lines, ",".join(names)]) + "\n"


def _type_word(kind: str) -> str:
    words = {"string": "text", "int64": "whole number", "double": "number", "bool": "yes or no"}
    if kind.startswith("list"):
        return "JSON list" if "struct" in kind else "texts, with ; between"
    return words.get(kind, "date or time, such as 2026-03-01T09:30Z")
