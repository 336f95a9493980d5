"""What a company file says, as frozen values; every judgement in it has a default, a unit and a sentence."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from streamgauge.company import globs, pattern
from streamgauge.company.accuracy_survey import AccuracySurvey
from streamgauge.company.calendar import Calendar
from streamgauge.company.clock import WorkingTime
from streamgauge.company.imports import Import
from streamgauge.company.insights import Insights
from streamgauge.company.kinds import Kinds
from streamgauge.company.law import STRICT, Law, between, named, shortened
from streamgauge.company.off_tool import OffTool
from streamgauge.company.process import Process
from streamgauge.company.silence import Silence
from streamgauge.company.team import Team
from streamgauge.company.value_stream import ValueStream
from streamgauge.company.wip_limit import WipLimit
from streamgauge.company.zone import problem as zone_problem
from streamgauge.settings import engine_problem

Glob = Annotated[str, Law(broken=globs.problem, keywords={"minLength": 1, "maxLength": 300})]

GENERATED = (
    *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock"),
    *("poetry.lock", "pdm.lock", "uv.lock", "Pipfile.lock", "conda-lock.yml", "Cargo.lock", "Gemfile.lock"),
    *("composer.lock", "go.sum", "go.work.sum", "mix.lock", "pubspec.lock", "Podfile.lock", "Package.resolved"),
    *("gradle.lockfile", "packages.lock.json", "flake.lock", ".terraform.lock.hcl", "Chart.lock", "Manifest.toml"),
    *("*.min.js", "*.min.css", "*.bundle.js", "*.js.map", "*.css.map", "*.svg", "*.snap"),
    *("*.pb.go", "*.pb.cc", "*.pb.h", "*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*_grpc.pb.go", "*_pb.js", "*_pb.d.ts"),
    *("*_generated.go", "*.generated.*", "*.g.dart", "*.freezed.dart", "*.Designer.cs", "zz_generated.*"),
    *("vendor/**", "third_party/**", "node_modules/**", "bower_components/**", "dist/**", "__snapshots__/**"),
)
"""File patterns, at any depth, of generated, vendored and lock files."""


def _place(path: str) -> str | None:
    """Return what is wrong with a path of a repository, or null."""
    if not path.strip() or len(path) > 1000 or not path.isprintable():
        return f"{shortened(path)} is no path. Allowed: the folder of a clone, seen from the company file's folder."
    if "://" in path or path.startswith("git@"):
        return f"{shortened(path)} is an address. Allowed: the folder of a clone; clone it first."
    return None


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The judgements behind the numbers: each is a choice where the field has no standard."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    hotfix_days: Annotated[float, between(0, 365, "days")] = 7.0
    """A patch release that follows another within this many days counts as a hotfix of it."""
    revert_days: Annotated[float, between(0, 365, "days")] = 7.0
    """A release counts as failed where one of its changes is reverted within this many days after it."""
    maturity_days: Annotated[float, between(0, 365, "days")] = 7.0
    """A release younger than this is provisional: its failure may not have shown itself yet."""
    minimum_n_rate: Annotated[int, between(1, 100_000, "deployments")] = 20
    """With fewer cases than this a rate gets no band."""
    minimum_n_duration: Annotated[int, between(1, 100_000, "cases")] = 10
    """With fewer cases than this a duration gets no band."""
    frequency_window_days: Annotated[int, between(7, 3650, "days")] = 90
    """The band of deployment frequency is read from this many days at the end of the window."""
    new_service_days: Annotated[int, between(0, 3650, "days")] = 28
    """A service younger than this gets no band of deployment frequency."""
    hot_spot_days: Annotated[int, between(1, 36_500, "days")] = 365
    """Hot spots are the files that most changes of this many last days touched."""
    reopen_grace_days: Annotated[float, between(0, 3650, "days")] = 14.0
    """An item that is reopened within this many days after its end goes on; later, its reopening is a new episode."""
    expectation_share: Annotated[float, between(0.5, 0.99, "of the work")] = 0.85
    """The service level expectation is the span in which this share of the work is done."""
    expectation_days: Annotated[int, between(7, 3650, "days")] = 180
    """It is read from what was done in this many last days."""
    stable_from: Annotated[float, between(0.1, 1, "times")] = 0.8
    """Flow is stable where load over throughput is at least this many times the cycle time."""
    stable_to: Annotated[float, between(1, 10, "times")] = 1.25
    """And at most this many times."""
    most_initiatives: Annotated[int, between(1, 100, "initiatives")] = 2
    """A team that works on more initiatives than this at a time is said to be on too many."""
    initiative_days: Annotated[float, between(1, 365, "days")] = 14.0
    """An initiative counts for a team while one of its items under way was touched within this many last days."""
    unlinked_share: Annotated[float, between(0, 1, "of the work")] = 0.2
    """Work without a parent counts as one more initiative where it is more than this share of what is under way."""
    idle_limit_share: Annotated[float, between(0, 1, "of the limit")] = 0.6
    """A limit of which never more than this share was used is called useless."""
    idle_limit_days: Annotated[int, between(1, 3650, "days")] = 30
    """That is looked at over this many last days."""
    shown_releases: Annotated[int, between(1, 1000, "releases")] = 12
    """How many of the newest releases a report lists one by one."""
    churn_days: Annotated[float, between(1, 365, "days")] = 21.0
    """A line that is rewritten within this many days after it came into the default branch is code churn."""
    lines_budget: Annotated[int, between(0, 10_000_000, "commits")] = 5000
    """Lines are dear to read: of at most this many commits they are read without being asked for."""
    generated: tuple[Glob, ...] = GENERATED
    """Files whose lines do not count, at any depth: generated, vendored, lock files (`/` in front: the root only)."""


@dataclass(frozen=True, kw_only=True)
class ReleaseLine:
    """One sequence of releases among the tags of a repository, such as weekly or long-term ones."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, named("name of a release line")]
    """What the line is called in a report."""
    tags: Annotated[
        str, Law(broken=pattern.problem, keywords={"format": "regex", "minLength": 1, "maxLength": pattern.LONGEST})
    ]
    r"""A regular expression that matches the whole name of a release's tag, such as `v?\d+(\.\d+)+`."""
    prereleases: bool = False
    """Whether alphas, betas and release candidates count as releases."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """Something that the company runs or ships: one repository, or a part of one."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, named("name of a service")]
    """What the service is called in a report."""
    repository: Annotated[str, Law(broken=_place, keywords={"minLength": 1, "maxLength": 1000})]
    """The folder of its clone, seen from the folder of this file."""
    paths: tuple[Glob, ...] = ()
    """Folders or file patterns that belong to it, from the root of the repository; without any, all of it."""
    releases: tuple[ReleaseLine, ...] = ()
    """Its release lines; without any they are found among the tags, and the report says which."""
    lead_time_from: Literal["authored", "committed"] = "authored"
    """Where the lead time of a change starts: when it was written, or when the commit was made."""
    include_merges: bool = False
    """Whether merge commits count as changes."""
    leave_out: tuple[Literal["reverts", "bots"], ...] = ()
    """Which changes do not count for the lead time; how many is always shown."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """All that a company file says; without a file, the defaults."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, named("name of a company")] | None = None
    """The name at the top of a report."""
    zone: Annotated[str, Law(broken=zone_problem)] = "UTC"
    """The IANA time zone whose days, weeks and months the numbers are counted in."""
    engine: Annotated[str, Law(broken=engine_problem, keywords={"minLength": 1, "maxLength": 1010})] | None = None
    """What computes facts and metrics, such as `spark://host:port`; without it, or where STREAMGAUGE_ENGINE names one,
    that one or DuckDB in the same process."""
    services: tuple[Service, ...] = ()
    """The services, each with its repository."""
    calendar: Calendar | None = None
    """When people work; without one there is no working time, only elapsed time."""
    teams: tuple[Team, ...] = ()
    """The teams, where one is to be told more of than its name."""
    wip_limits: tuple[WipLimit, ...] = ()
    """How much may be under way at a time; a team of known size has one less than it has members."""
    process: tuple[Process, ...] = ()
    """What the statuses of the tools mean; without it they are understood by their names, and that is said."""
    off_tool: tuple[OffTool, ...] = ()
    """Steps that no tool knows of (legal, funding), each with its item and its dates."""
    value_streams: tuple[ValueStream, ...] = ()
    """The value streams, each with the teams, datasets or labels whose work belongs to it."""
    accuracy_surveys: tuple[AccuracySurvey, ...] = ()
    """What receivers say of the work that a stage hands on: how much of it is complete and accurate."""
    kinds: Kinds = field(default_factory=Kinds)
    """Which types of items are features, defects, risks and debts."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    """The judgements behind the numbers."""
    insights: Insights = field(default_factory=Insights)
    """From when on an insight holds."""
    imports: tuple[Import, ...] = ()
    """How exported files are read by `streamgauge import`."""
    silence: tuple[Silence, ...] = ()
    """Insights that are not shown for now, each with its reason."""

    def calendars(self) -> tuple[WorkingTime, ...]:
        """Return the different working hours of the company and its teams."""
        own = (self.calendar, *(team.calendar for team in self.teams))
        return tuple(dict.fromkeys(one.hours(self.zone) for one in own if one is not None))

    def hours_of(self, team: str | None) -> WorkingTime | None:
        """Return when a team works, whatever the capitals of its name; None where no calendar says it."""
        named = (one.calendar for one in self.teams if one.name.lower() == (team or "").lower())
        calendar = next((one for one in named if one is not None), self.calendar)
        return None if calendar is None else calendar.hours(self.zone)
