"""From the options of `import` to its request, and what became of the files as text or JSON."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from streamgauge.surfaces.cli import figures, terminal

if TYPE_CHECKING:
    from streamgauge.answers.rejects import Reject
    from streamgauge.intake import Imported, Request
    from streamgauge.surfaces.cli.imports import Keeping, Log, What, Writing
    from streamgauge.surfaces.cli.sheet import Sheet

MOST_REJECTS = 10_000
_MOST_UNUSED = 40
_ROLES = ("case", "activity", "at", "lifecycle", "team", "type")


def request(files: tuple[str, ...], what: "What", log: "Log", writing: "Writing", keeping: "Keeping") -> "Request":
    """Return what is to be imported; raises BadOption, BadCompanyFile."""
    from streamgauge.company.file import load
    from streamgauge.errors import BadOption
    from streamgauge.intake import Request, rules
    from streamgauge.surfaces.cli.asking import company_of

    if not files:
        raise BadOption("There is no file to import.", advice="Name one or more: streamgauge import FILE...")
    named = load(what.mapping).imports if what.mapping else ()
    roles = {role: column for role in _ROLES if (column := getattr(log, role)) is not None}
    is_log = what.kind is None and bool({"case", "activity", "at"} & set(roles))
    given = rules(
        kind="event-log" if is_log else what.kind,
        columns={**_pairs("--map", what.columns), **roles},
        constants=_pairs("--set", what.constants),
        attributes=_pairs("--item-attribute", what.attributes),
        date_format=writing.date_format,
        decimal=writing.decimal,
        zone=writing.zone,
        nulls=tuple(writing.null or ()),
        merge_repeats=None if log.repeats is None else log.repeats.value == "merge",
    )
    return Request(
        files=files,
        rules=given,
        dataset=what.dataset,
        imports=(*named, *company_of(what.company).imports),
        complete=keeping.complete,
        max_bad=keeping.max_bad,
        snapshot_at=_instant(keeping.snapshot_at, _zone(writing.zone)),
        by_name=keeping.snapshot_at != "none",
        encoding=writing.encoding,
        delimiter=writing.delimiter,
        header=writing.header,
    )


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    from streamgauge.errors import BadOption

    found: dict[str, str] = {}
    for text in given or ():
        name, mark, value = text.partition("=")
        if not mark or not name.strip():
            raise BadOption(f"{option} '{text}' has no name before a =.", advice=f"Write {option} NAME=VALUE.")
        found[name.strip()] = value.strip()
    return found


def _zone(name: str | None) -> tzinfo:
    if name is None or name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _instant(text: str | None, zone: tzinfo) -> datetime | None:
    from streamgauge.surfaces.cli.instants import instant

    return None if text in (None, "none") else instant("--snapshot-at", str(text), zone=zone, now=datetime.now(UTC))


def plain(one: "Imported", dry_run: bool) -> dict[str, Any]:
    """Return what became of one file, as plain values."""
    import dataclasses

    from streamgauge.surfaces.harmless import masked

    counts = [dataclasses.asdict(count) for count in one.counts]
    return {
        "file": one.file,
        "dataset": one.dataset,
        "kept": None if dry_run or one.failure else counts,
        "would_keep": counts if dry_run and not one.failure else None,
        "rejected": one.rejected,
        "notes": list(one.notes),
        "tables": [_table(one, table, dry_run=dry_run) for table in one.tables],
        "failure": None if one.failure is None else masked(str(one.failure)),
    }


def _table(one: "Imported", table: Any, *, dry_run: bool) -> dict[str, Any]:
    return {
        "table": table.sheet,
        "form": table.form,
        "as": table.plan.kind_name,
        "rows": table.rows,
        "rejected": table.rejected,
        "columns": dict(table.plan.columns),
        "constants": dict(table.plan.constants),
        "attributes": dict(table.plan.attributes),
        "guessed": sorted(table.plan.guessed),
        "unused": list(table.plan.unused),
        "notes": list(table.notes),
        "doubts": [
            {
                "column": d.column,
                "reason": d.reason,
                "rows": d.rows,
                "lines": list(d.lines),
                "examples": list(d.examples),
            }
            for d in table.doubts
        ],
        "sample": dict(one.sample(table)) if dry_run else {},
    }


def show(found: "Sequence[Imported]", *, dry_run: bool, no_color: bool) -> None:
    """Write what became of the files."""
    sheet = terminal.sheet(no_color=no_color)
    for number, one in enumerate(found):
        if number:
            sheet.gap()
        if one.failure is None:
            _show_file(sheet, one, dry_run=dry_run)
        else:
            sheet.say(f"Not imported: {one.file}", style="red")


def _show_file(sheet: "Sheet", one: "Imported", *, dry_run: bool) -> None:
    sheet.say(f"{one.file}{' (dry run: nothing is kept)' if dry_run else ''}", style="bold")
    for table in one.tables:
        _show_table(sheet, table)
        if dry_run:
            for kind, rows in one.sample(table):
                _show_sample(sheet, kind, rows)
    for note in one.notes:
        sheet.say(note, indent=2, style="dim")
    for count in one.counts:
        told = [f"{getattr(count, what):,} {what}" for what in ("new", "changed", "unchanged", "gone")]
        sheet.say(f"{count.kind}: {', '.join(told)}", indent=2)
    if one.rejected:
        aside = figures.plural(one.rejected, "row")
        lists = "" if dry_run else "; `streamgauge import --rejects` lists them."
        sheet.say(f"{aside} put aside{lists}", indent=2, style="yellow")
    else:
        sheet.say("0 rows put aside", indent=2)


def _show_table(sheet: "Sheet", table: Any) -> None:
    rows = figures.plural(table.rows, "row")
    sheet.say(f"{rows} of '{table.sheet}' ({table.form}) as {table.plan.kind_name}", indent=2)
    for note in table.notes:
        sheet.say(note, indent=4, style="dim")
    for line in _mapped(table):
        sheet.say(line, indent=4)
    if table.plan.unused:
        unused = table.plan.unused
        more = f" and {len(unused) - _MOST_UNUSED} more" if len(unused) > _MOST_UNUSED else ""
        sheet.say(f"Unused columns, not kept: {', '.join(unused[:_MOST_UNUSED])}{more}", indent=4, style="dim")
    for doubt in table.doubts:
        sheet.say(f"{figures.plural(doubt.rows, 'row')} put aside: {doubt.words()}", indent=4, style="yellow")


def _mapped(table: Any) -> Iterator[str]:
    plan = table.plan
    said = [f"{name} = {column}" for name, column in plan.columns.items() if name not in plan.guessed]
    said += [f"{name} = '{value}' in all rows" for name, value in plan.constants.items()]
    said += [f"attribute {name} = {column}" for name, column in plan.attributes.items()]
    guessed = [f"{name} = {column}" for name, column in plan.columns.items() if name in plan.guessed]
    if said:
        yield f"Mapped: {'; '.join(said)}"
    if guessed:
        yield f"Guessed by the names of the columns: {'; '.join(guessed)}"


def _show_sample(sheet: "Sheet", kind: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        sheet.say(f"The first records of {kind}:", indent=4)
    for row in rows:
        told = [f"{name}={_value(value)}" for name, value in row.items() if value not in (None, [], "")]
        sheet.say("  ".join(told), indent=6)


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def show_rejects(found: "Sequence[Reject]", total: int) -> None:
    """Write the rows that were put aside."""
    sheet = terminal.sheet()
    for one in found:
        what = f"'{one.column}' " if one.column else ""
        value = f" ({one.value})" if one.value else ""
        sheet.say(f"{one.file}, line {one.line}: {what}{one.reason}{value}")
    if total > len(found):
        sheet.say(f"... and {total - len(found):,} more.")
    elif not total:
        sheet.say("No rows were put aside.")
