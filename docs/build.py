"""Writes the pages of docs/ that are made from the code, or with --check fails when one of them is stale."""

import difflib
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from streamgauge.insights import Insight
    from streamgauge.metrics import Metric
    from streamgauge.sources import Source

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from docs.words import doc, field_words, first_line, type_name, words_of_constant  # noqa: E402 (found by the line above)

MARK = "<!-- Made from the code by docs/build.py. Change the code, then run `make docs`. -->"
WIDTH = "100"
SCHEMAS = "streamgauge/surfaces/schemas"


def page(title: str, *parts: str) -> str:
    """Return one Markdown page: the mark, its title, and its parts with an empty line between them."""
    return "\n\n".join([MARK, f"# {title}", *(part.strip("\n") for part in parts if part)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; bars and line ends within cells are made harmless."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def cell(value: object) -> str:
    """Return a value as the text of one table cell."""
    return " ".join(str(value).split()).replace("|", "\\|")


# --- command line ----------------------------------------------------------------------------------------


def cli() -> str:
    """Return the help of every command, as a terminal 100 columns wide shows it."""
    intro = "Every command, in the words of its own `--help`. Exit codes stand in [errors](errors.md)."
    parts = [f"## streamgauge {' '.join(words)}".rstrip() + "\n\n" + shown(words) for words in commands()]
    return page("Command line", intro, *parts)


def commands() -> Iterator[list[str]]:
    """Give the words of every command, groups before what they hold."""
    import typer.main

    from streamgauge.surfaces.cli.app import app

    def walk(command: Any, words: list[str]) -> Iterator[list[str]]:
        yield words
        for name, inner in getattr(command, "commands", {}).items():
            if not inner.hidden:
                yield from walk(inner, [*words, name])

    return walk(typer.main.get_command(app), [])


def shown(words: Sequence[str]) -> str:
    """Return what `streamgauge WORDS --help` prints, as a block of text."""
    size = {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH}
    plain = {"NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1", "PYTHONPATH": str(DOCS.parent)}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "streamgauge", *words, "--help"]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=kept | size | plain, check=True
    )
    return "```text\n" + "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines()) + "\n```"


# --- metrics ----------------------------------------------------------------------------------------


def metrics() -> str:
    """Return one section for each metric on the list."""
    from streamgauge.metrics import METRICS

    intro = (
        "Each section is made from the metric's own file. `streamgauge why METRIC --service NAME` shows the same words "
        "with the records behind a number; of a number about work or code it needs no service, and of one that is of a "
        "stage, a handoff, a move or a way it needs to be told which. Words of the field stand in the "
        "[glossary](glossary.md); how few cases are too few for a band, and after how many days a failure has shown "
        "itself, in the [settings](settings.md)."
    )
    overview = table(["metric", "question", "unit"], [[f"[`{m.name}`](#{m.name})", m.asks, m.unit] for m in METRICS])
    return page("Metrics", intro, overview, *(metric(m) for m in METRICS))


def metric(one: "Metric") -> str:
    """Return the section of one metric."""
    rows = [
        ["question", one.asks],
        ["formula", one.formula],
        ["computed as", one.shape.value],
        ["unit", one.unit],
        ["better", one.better.value],
        ["leaves out", one.leaves_out],
        *([["of which", f"`{one.of.value}`"]] if one.of else []),
        ["definition", one.source],
    ]
    told = "\n".join(f"- {note}" for note in notes(one))
    parts = [f"## {one.name}", f"**{one.title}**", table(["", ""], rows), told, statement(one)]
    return "\n\n".join(part for part in parts if part)


def notes(one: "Metric") -> Iterator[str]:
    """Give the sentences that a reader of a metric must know."""
    if one.follows_policy:
        yield "Follows the choice of changes (merges, reverts, bots) and of where the clock starts; its label says it."
    if one.is_inferred:
        yield "Rests on verdicts that plain version control only lets us infer; the report says by which rule."
    if one.is_cohort:
        yield "Provisional while its newest deployments are younger than `maturity_days`."
    yield from one.caveats


def statement(one: "Metric") -> str:
    """Return the statement that yields the observations of a metric, folded away."""
    sql = textwrap.dedent(f"WITH scope AS (...),\n{one.given.strip()}\n{one.sql}" if one.given else one.sql).strip()
    return f"<details><summary>The statement that finds its observations</summary>\n\n```sql\n{sql}\n```\n\n</details>"


# --- insights ----------------------------------------------------------------------------------------


def insights() -> str:
    """Return one section for each insight on the list."""
    from streamgauge.insights import INSIGHTS

    intro = (
        "What `streamgauge insights` looks for. A finding says what is so and where, how large it is, how sure we are, "
        "the records it rests on, and what may help; no finding is about a person. False alarms are worse than misses: "
        "where signals disagree or data is short, nothing is claimed, and `--explain` says what is missing. The "
        "company file may `silence` one with a reason, everywhere or in one place; that is said each time."
    )
    overview = table(["insight", "claim"], [[f"[`{i.name}`](#{i.name})", i.claim] for i in INSIGHTS])
    return page("Insights", intro, overview, *(insight(one) for one in INSIGHTS))


def insight(one: "Insight") -> str:
    """Return the section of one insight."""
    rows = [
        ["why it matters", one.why],
        ["what may help", one.hint],
        ["when it is wrong", one.wrong_when],
        ["definition", one.source],
    ]
    return f"## {one.name}\n\n**{one.claim}**\n\n{table(['', ''], rows)}"


# --- records ----------------------------------------------------------------------------------------


def records() -> str:
    """Return one section for each kind of record, with its columns and what they mean."""
    import msgspec

    from streamgauge.records import KINDS, Record

    shared = [[f"`{f.name}`", type_name(f.type)] for f in msgspec.structs.fields(Record)]
    intro = (
        "What happened, in one vocabulary for all tools. Every version of every record is kept; each kind has a table, "
        "and its history with `_history` behind the name. All instants are UTC."
    )
    common = f"## What every record has\n\n{doc(Record)}\n\n{table(['column', 'type'], shared)}"
    return page("Records", intro, common, *(record(kind) for kind in KINDS))


def record(kind: Any) -> str:
    """Return the section of one kind of record."""
    from streamgauge.sources import SOURCES

    makers = [f"[{source.title}](sources.md#{source.name})" for source in SOURCES if kind in source.makes]
    made_by = f"Comes from: {', '.join(makers)}." if makers else "No source fills it yet."
    parts = [f"## {kind.__name__}", f"Table `{kind.table}`. {doc(kind)}", made_by, columns(kind)]
    parts += [f"### {inner.__name__}\n\n{doc(inner)}\n\n{columns(inner)}" for inner in inner_structs(kind)]
    return "\n\n".join(parts)


def columns(struct: Any) -> str:
    """Return the table of the fields that a struct itself declares; meanings where it tells them field by field."""
    told = field_words(struct)
    own = {name: note for name, note in struct.__annotations__.items() if "ClassVar" not in str(note)}
    if not told:
        return table(["column", "type"], [[f"`{n}`", type_name(a)] for n, a in own.items()])
    return table(["column", "type", "meaning"], [[f"`{n}`", type_name(a), told.get(n, "")] for n, a in own.items()])


def inner_structs(kind: Any) -> Iterator[Any]:
    """Give the structs that the lists of a record hold."""
    for annotation in kind.__annotations__.values():
        for part in getattr(annotation, "__args__", ()):
            if hasattr(part, "__struct_fields__"):
                yield part


# --- facts, sources, errors, settings -------------------------------------------------------------------------


def facts() -> str:
    """Return one section for each derived table on the list."""
    from streamgauge.facts import FACTS

    intro = (
        "What follows from the records: tables that are computed once, and then only where something changed. "
        "The statements of the [metrics](metrics.md) read them. All instants are UTC."
    )
    return page("Facts", intro, *(fact(name, schema) for name, schema in FACTS.items()))


def fact(name: str, schema: "pa.Schema") -> str:
    """Return the section of one derived table: its words, where its module has some, and its columns."""
    rows = [[f"`{column.name}`", column.type] for column in schema]
    words = words_of_constant("streamgauge.facts", schema)
    return "\n\n".join(part for part in (f"## {name}", words, table(["column", "type"], rows)) if part)


def sources() -> str:
    """Return one section for each source on the list."""
    from streamgauge.sources import SOURCES

    intro = "The tools that are read, what is asked of each, and what each cannot tell."
    return page("Sources", intro, *(source(one) for one in SOURCES))


def source(one: "Source") -> str:
    """Return the section of one source."""
    makes = ", ".join(f"[{kind.__name__}](records.md#{kind.__name__.lower()})" for kind in one.makes)
    rows = [["what is asked of it", one.reads], ["what it cannot tell", one.limits], ["records", makes]]
    return f"## {one.name}\n\n**{one.title}**\n\n{table(['', ''], rows)}"


def answers() -> str:
    """Return the raw answers of tools that are known, with what each becomes."""
    from streamgauge.sources.files import payloads

    rows = [
        [one.title, f"[{one.makes.__name__}](records.md#{one.makes.__name__.lower()})", one.known_by, one.note]
        for one in payloads.PAYLOADS
    ]
    lead = doc(payloads).partition("\n\n")[2]
    return page("Raw answers", lead, table(["answer", "becomes", "known by", "what to know"], rows))


def errors() -> str:
    """Return the tree of errors and what each exit code means."""
    from streamgauge import errors as module
    from streamgauge.surfaces.cli.faults import EXIT_CODES

    lead, tree = doc(module).split("\n\n", 1)
    codes = [part.split(maxsplit=1) for part in EXIT_CODES.removeprefix("Exit codes:").rstrip(".").split(";")]
    leaves = [leaf for intent in module.StreamgaugeError.__subclasses__() for leaf in intent.__subclasses__()]
    rows = [[f"`{leaf.__name__}`", leaf.exit_code, first_line(leaf)] for leaf in leaves]
    return page(
        "Errors",
        lead,
        f"```text\n{textwrap.dedent(tree).rstrip()}\n```",
        "Every message says what was wrong and where, then what is allowed and the next command.",
        f"## Exit codes\n\n{table(['code', 'meaning'], codes)}",
        f"## Each error\n\n{table(['error', 'code', 'meaning'], rows)}",
    )


def settings() -> str:
    """Return the settings that the environment gives, and the thresholds that the company file gives."""
    from streamgauge.settings import SETTINGS

    rows = [[f"`{s.name}`", s.type, s.default, s.docs] for s in SETTINGS]
    limits = json.loads(company_schema())["$defs"]["Thresholds"]
    return page(
        "Settings",
        "What the environment sets. An option on the command line wins over it.",
        table(["variable", "allowed", "default", "meaning"], rows),
        "## Thresholds\n\nNo judgement is a hidden constant: each stands under `thresholds` in the "
        f"[company file](company-file.md), and may be changed there.\n\n{keys(limits)}",
    )


# --- shapes ----------------------------------------------------------------------------------------


def document_schema(name: str) -> str:
    """Return the JSON Schema of a document, as the text of a file."""
    from streamgauge.surfaces.document import schema

    return json.dumps(schema(name), indent=2) + "\n"


def report_json() -> str:
    """Return the page on the JSON of a report and of a proof, made from their schemas."""
    return json_page("JSON of a report and of a proof", {"report": "delivery", "proof": "proof"})


def flow_json() -> str:
    """Return the page on the JSON of the answers about work, made from their schemas."""
    names = {name: name for name in ("flow", "map", "aging", "blocked", "code", "insights", "unmapped")}
    return json_page("JSON of the answers about work", names)


def json_page(title: str, documents: Mapping[str, str]) -> str:
    """Return the page on some documents, by the word that a reader knows each by."""
    links = ", ".join(f"[{word}](../{SCHEMAS}/{name}.schema.json)" for word, name in documents.items())
    intro = (
        "Keys are stable: one may be added, none changes its meaning while `document_version` stays the same. "
        "Durations are hours, as numbers; instants are UTC in ISO 8601; what cannot be computed is null and says why "
        f"beside it. The schemas: {links}."
    )
    shapes: dict[str, Any] = {}
    for name in documents.values():
        shape = json.loads(document_schema(name))
        shapes |= {shape["title"]: shape} | shape["$defs"]
    return page(title, intro, *(shape_section(*shape) for shape in shapes.items()))


def shape_section(name: str, shape: Mapping[str, Any]) -> str:
    """Return the section of one object: its words, then its keys and their types."""
    rows = [[f"`{key}`", json_type(part)] for key, part in shape["properties"].items()]
    return f"## {name}\n\n{shape.get('description', '')}\n\n{table(['key', 'type'], rows)}"


def json_type(part: Mapping[str, Any]) -> str:
    """Return the type of a part of a schema in words, with links to the objects it names."""
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in part:
        return " or ".join(json_type(choice) for choice in part["anyOf"])
    if part.get("type") == "array":
        return f"list of {json_type(part['items'])}" if isinstance(part.get("items"), dict) else "list"
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    if "enum" in part:
        return ", ".join(f"`{json.dumps(choice)}`" for choice in part["enum"])
    return str(part.get("type", "any"))


def company_schema() -> str:
    """Return the JSON Schema of the company file, for editors."""
    from streamgauge.company.file import schema

    return json.dumps(schema(), indent=2) + "\n"


def company_file() -> str:
    """Return the page on the company file, made from its schema."""
    schema = json.loads(company_schema())
    intro = (
        "`streamgauge.yaml` is optional: without it, services and release lines are found and said. "
        "`streamgauge init` writes one to start from, `streamgauge check` tells every mistake with its line. "
        "Editors complete and check it with [its schema](schema/company.schema.json)."
    )
    shapes = {"Company": schema, **schema.get("$defs", {})}
    return page("The company file", intro, *(company_section(name, shape) for name, shape in shapes.items()))


def company_section(name: str, shape: Mapping[str, Any]) -> str:
    """Return the section of one part of the company file."""
    return f"## {name}\n\n{shape.get('description', '')}\n\n{keys(shape)}"


def keys(shape: Mapping[str, Any]) -> str:
    """Return the table of the keys of one part of the company file."""
    parts = shape.get("properties", {}).items()
    rows = [[f"`{key}`", allowed(part), default(part), part.get("description", "")] for key, part in parts]
    return table(["key", "allowed", "default", "meaning"], rows)


def allowed(part: Mapping[str, Any]) -> str:
    """Return what a key takes: its type, and its bounds with their unit where it has some."""
    bounds = f", {part['minimum']:,} to {part['maximum']:,} {part.get('x-unit', '')}" if "maximum" in part else ""
    return json_type(part) + bounds.rstrip()


def default(part: Mapping[str, Any]) -> str:
    """Return the default of a key as JSON; empty where it has none, or one that fills a page."""
    text = json.dumps(part.get("default", ""), ensure_ascii=False)
    return f"`{text}`" if "default" in part and len(text) <= 60 else ("many" if "default" in part else "")


def example_file() -> str:
    """Return the company file of the invented company."""
    from streamgauge.examples.company import company
    from streamgauge.examples.file import text

    invented = company()
    return text(invented.world, invented.story)


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli,
    "metrics.md": metrics,
    "insights.md": insights,
    "records.md": records,
    "sources.md": sources,
    "raw-answers.md": answers,
    "facts.md": facts,
    "errors.md": errors,
    "settings.md": settings,
    "report-json.md": report_json,
    "flow-json.md": flow_json,
    "company-file.md": company_file,
    "schema/company.schema.json": company_schema,
    "../examples/streamgauge.yaml": example_file,
}
"""What is made for each page or file, by its place seen from docs/."""
DOCUMENTS = ("delivery", "proof", "flow", "map", "aging", "blocked", "code", "insights", "unmapped")
PAGES |= {f"../{SCHEMAS}/{name}.schema.json": partial(document_schema, name) for name in DOCUMENTS}


def stale(name: str, wanted: str) -> str:
    """Return how the page on disk differs from what the code makes; empty if it does not."""
    path = DOCS / name
    have = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(
        have.splitlines(), wanted.splitlines(), f"docs/{name}", "made from the code", lineterm=""
    )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check print how they differ; returns the exit code."""
    made = {name: make() for name, make in PAGES.items()}
    if "--check" in arguments:
        differences = [text for name, wanted in made.items() if (text := stale(name, wanted))]
        print("\n".join([*differences, "Run `make docs`."]) if differences else f"{len(made)} pages are fresh.")
        return bool(differences)
    for name, text in made.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
