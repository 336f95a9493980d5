"""The options that several commands share, each written once."""

import dataclasses
import functools
import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol

import typer

COMPANY_FILE = "streamgauge.yaml"


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"
    html = "html"


class LeadTimeFrom(StrEnum):
    """The instant from which lead time runs."""

    authored = "authored"
    committed = "committed"


class Lines(StrEnum):
    """For which commits changed lines are read."""

    none = "none"
    shown = "shown"
    all = "all"


Lake = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        help="Where read history is kept: a folder or s3://bucket/prefix.",
        show_default="STREAMGAUGE_LAKE, or the user's cache folder",
    ),
]


Out = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write to this file, whole or not at all.", show_default="the terminal"),
]
Company = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The company file.", show_default="streamgauge.yaml here, if there is one"),
]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is read, and which part of it counts."""

    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", show_default=False, help="Git repositories: clones, bare or not."),
    ] = None
    since: Annotated[
        str | None,
        typer.Option(
            metavar="D", help="Count deployments from this day on: 2025-03-01, an instant, or 90d, 12w, 6m, 2y ago."
        ),
    ] = None
    until: Annotated[
        str | None, typer.Option(metavar="D", help="Count deployments before the start of this day (or instant).")
    ] = None
    as_of: Annotated[
        str | None,
        typer.Option(metavar="D", help="Answer with what the lake knew at the start of this day (or instant)."),
    ] = None
    releases: Annotated[
        list[str] | None,
        typer.Option(metavar="REGEX", help="Tags that are releases, the whole name; once per release line."),
    ] = None
    lead_time_from: Annotated[
        LeadTimeFrom | None,
        typer.Option(help="Start lead time when a change was authored, or committed.", show_default="authored"),
    ] = None
    include_merges: Annotated[
        bool | None,
        typer.Option(
            "--include-merges/--no-merges", help="Count merge commits as changes too.", show_default="not counted"
        ),
    ] = None
    company: Company = None
    lake: Lake = None

    def words(self) -> list[str]:
        """Return the options that were given, as words of a command that asks on the same terms."""
        given = {
            "--since": self.since,
            "--until": self.until,
            "--as-of": self.as_of,
            "--lead-time-from": self.lead_time_from,
            "--company": self.company,
            "--lake": self.lake,
        }
        words = [word for name, value in given.items() if value is not None for word in (name, str(value))]
        words += [word for regex in self.releases or () for word in ("--releases", regex)]
        return words + ([] if self.include_merges is None else [_MERGES[self.include_merges]])


_MERGES = {True: "--include-merges", False: "--no-merges"}


Most = Annotated[str, typer.Option(metavar="N|all", help="How many items to list.")]


class Moments(Protocol):
    """The options that name a window and a day of knowledge."""

    @property
    def since(self) -> str | None:
        """Where the window begins."""

    @property
    def until(self) -> str | None:
        """Where it ends."""

    @property
    def as_of(self) -> str | None:
        """The day whose knowledge counts."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """Which service is meant, and which of its release lines."""

    service: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The service: NAME, or NAME/LINE.", show_default="the only one"),
    ] = None
    line: Annotated[str | None, typer.Option(metavar="LINE", help="The release line of the service.")] = None


@dataclass(frozen=True, kw_only=True)
class Only:
    """Of which services the release lines are shown."""

    service: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this service: NAME, or NAME/LINE.", show_default="all")
    ] = None
    line: Annotated[str | None, typer.Option(metavar="LINE", help="Only this release line.", show_default="all")] = None


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Whose work is asked about."""

    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only work of this dataset.", show_default="all of it together")
    ] = None
    team: Annotated[str | None, typer.Option(metavar="NAME", help="Only work of this team or group.")] = None
    type: Annotated[str | None, typer.Option(metavar="NAME", help="Only work of this type.")] = None
    stream: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only work of this value stream of the company file.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Work(Whose):
    """Whose work is asked about, and in which window."""

    since: Annotated[
        str | None,
        typer.Option(metavar="D", help="Count what ends from this day on: 2025-03-01, an instant, or 90d, 12w ago."),
    ] = None
    until: Annotated[
        str | None, typer.Option(metavar="D", help="Count what ends before the start of this day (or instant).")
    ] = None
    as_of: Annotated[
        str | None,
        typer.Option(metavar="D", help="Answer with what the lake knew at the start of this day (or instant)."),
    ] = None
    company: Company = None
    lake: Lake = None

    def terms(self) -> list[str]:
        """Return whose work and which window were asked for, as words of a command; not where things lie."""
        names = ("dataset", "team", "type", "stream", "since", "until", "as_of")
        given = ((f"--{name.replace('_', '-')}", getattr(self, name)) for name in names)
        return [word for option, value in given if value is not None for word in (option, str(value))]


@dataclass(frozen=True, kw_only=True)
class Between:
    """Between which two points cycle time is measured."""

    from_stage: Annotated[
        str | None,
        typer.Option("--from", metavar="STAGE", help="Cycle time from the first entry into this stage or status."),
    ] = None
    to_stage: Annotated[
        str | None, typer.Option("--to", metavar="STAGE", help="To the last entry into this stage or status.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class More(Between):
    """What is asked of flow beside its measures."""

    busy: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=0.01,
            max=0.99,
            help="Tell how long work would wait if people were busy for this share.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Of(Whose):
    """Whose work a number is about, and of what it is: a stage, from one to another, a way."""

    stage: Annotated[str | None, typer.Option(metavar="NAME", help="The stage, of a number of one stage.")] = None
    from_stage: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="NAME", help="From which: a team of a handoff, a status of a move or of cycle time."
        ),
    ] = None
    to_stage: Annotated[str | None, typer.Option("--to", metavar="NAME", help="To which.")] = None
    way: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Which way through, as `map` lists them: 1 is the commonest.")
    ] = None
    item: Annotated[str | None, typer.Option(metavar="ID", help="Which item under way.")] = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which lake."""

    lake: Lake = None


@dataclass(frozen=True, kw_only=True)
class Display:
    """What the terminal shows beside the answer."""

    progress: Annotated[
        bool | None,
        typer.Option("--progress/--no-progress", help="Show progress; never in a pipe.", show_default="on a terminal"),
    ] = None
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours; the variable NO_COLOR does the same.")] = (
        False
    )


@dataclass(frozen=True, kw_only=True)
class Output:
    """In which format the answer is written, and where to."""

    format: Annotated[Format, typer.Option(help="How the answer is written.")] = Format.text
    out: Out = None


def _listable(given: Format) -> Format:
    if given is Format.html:
        raise typer.BadParameter("html is for reports. Allowed: text, json.")
    return given


@dataclass(frozen=True, kw_only=True)
class TextOrJson:
    """In which format a list is written."""

    format: Annotated[
        Format, typer.Option(metavar="text|json", help="How the list is written.", callback=_listable)
    ] = Format.text


@dataclass(frozen=True, kw_only=True)
class Written(TextOrJson):
    """In which format an answer is written that has no page, and where to."""

    out: Out = None


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Return `command` with each parameter that is a dataclass of options replaced by the options themselves."""
    hints = typing.get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if dataclasses.is_dataclass(kind)}

    @functools.wraps(command)
    def spreading(**given: Any) -> None:
        taken = {
            name: kind(**{f.name: given.pop(f.name) for f in dataclasses.fields(kind)}) for name, kind in groups.items()
        }
        command(**taken, **given)

    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        parameters += _options(groups[name]) if name in groups else [parameter.replace(annotation=hints[name])]
    spreading.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    spreading.__annotations__ = {p.name: p.annotation for p in parameters}
    del spreading.__wrapped__
    return spreading


def _options(group: Any) -> list[inspect.Parameter]:
    hints = typing.get_type_hints(group, include_extras=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(f.name, keyword, default=f.default, annotation=hints[f.name])
        for f in dataclasses.fields(group)
    ]
