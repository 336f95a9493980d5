"""`streamgauge records`: the kinds of records that the lake keeps, and their fields."""

import ast
import inspect
import sys
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streamgauge.surfaces.cli import terminal
from streamgauge.surfaces.cli.options import Format, TextOrJson, spread

if TYPE_CHECKING:
    from streamgauge.records import Record


@spread
def records(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="One kind.", show_default="all")] = None,
    *,
    template: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Write an empty CSV for `import`, with a comment on each column."),
    ] = None,
    output: TextOrJson,
) -> None:
    """List the kinds of records. Of each the table, fields, types and what they mean."""
    from streamgauge.errors import BadOption
    from streamgauge.records import KINDS

    if template is not None:
        from streamgauge.intake import template as written

        sys.stdout.write(written(template, lambda one: described(one)["fields"]))
        return
    known = {k.__name__: k for k in KINDS}
    chosen = [k for k in KINDS if kind is None or kind.lower() in (k.__name__.lower(), k.table)]
    if kind is not None and not chosen:
        raise BadOption.unknown("kind of record", kind, known)
    if output.format is Format.json:
        terminal.print_json([described(k) for k in chosen])
    else:
        _show([described(k) for k in chosen])


def described(kind: "type[Record]") -> dict[str, Any]:
    """Return what a kind of record is: name, table, meaning, and its fields with types and meanings."""
    from streamgauge.records import schema

    docs = _field_docs(kind)
    fields = [{"name": f.name, "type": str(f.type), "docs": docs.get(f.name, "")} for f in schema(kind)]
    return {"kind": kind.__name__, "table": kind.table, "docs": inspect.getdoc(kind) or "", "fields": fields}


def _field_docs(kind: type) -> dict[str, str]:
    """Return the sentences that stand under the fields of a kind."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    found: dict[str, str] = {}
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, sentence in pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(sentence, ast.Expr):
            found[field.target.id] = " ".join(str(ast.literal_eval(sentence.value)).split())
    return found


def _show(kinds: list[dict[str, Any]]) -> None:
    from streamgauge.surfaces.cli.sheet import Cell

    sheet = terminal.sheet()
    for number, kind in enumerate(kinds):
        if number:
            sheet.gap()
        sheet.say(f"{kind['kind']} (table {kind['table']})", style="bold")
        sheet.say(kind["docs"])
        wide = max(len(f["name"]) for f in kind["fields"])
        for field in kind["fields"]:
            sheet.row([Cell(field["name"], wide), Cell(field["type"], style="dim")], indent=2)
            if field["docs"]:
                sheet.say(field["docs"], indent=6)
