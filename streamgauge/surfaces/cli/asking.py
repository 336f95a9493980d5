"""From options to the question that an answer takes."""

import os
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from streamgauge.answers.request import Request
from streamgauge.company import Company, default
from streamgauge.company.pattern import problem
from streamgauge.errors import BadOption
from streamgauge.surfaces.cli.instants import instant
from streamgauge.surfaces.cli.options import COMPANY_FILE, Between, Lines, Moments, More, Of, Only, Selection, Work

if TYPE_CHECKING:
    from streamgauge.answers.brought import Brought
    from streamgauge.answers.flow_terms import FlowRequest

EXAMPLE = r"Example: --releases 'v?\d+(\.\d+)+' for tags such as v1.2.3; the quotes keep the shell away from it."


def request(
    selection: Selection,
    *,
    lines: Lines = Lines.shown,
    here: bool = False,
    now: datetime | None = None,
    brought: "Brought | None" = None,
    only: Only | None = None,
) -> Request:
    """Return the question that the options ask.

    Where no path is given, `here` means the repositories of the company file or else the current folder; without
    `here` it stays empty, which means all that the lake holds. Reads the company file. A lake that `brought` a company
    with it answers for that company up to the end of its history, unless a path or a company file is named. `only` is
    whose release lines are shown.
    Raises BadOption, BadCompanyFile.
    """
    own = None if selection.paths or selection.company is not None else brought
    company = own.company if own else company_of(selection.company)
    since, until, as_of = moments(selection, zone_of(company), now or datetime.now(UTC))
    return Request(
        paths=_paths(selection, company, here=here and own is None),
        since=since,
        until=own.until if own and until is None else until,
        as_of=as_of,
        releases=tuple(_pattern(regex) for regex in selection.releases or ()),
        lead_time_from=selection.lead_time_from.value if selection.lead_time_from else None,
        include_merges=selection.include_merges,
        lines=lines.value,
        service=only.service if only else None,
        line=only.line if only else None,
        company=company,
    )


def flow_request(
    work: Work,
    *,
    between: Between | Of | None = None,
    brought: "Brought | None" = None,
    now: datetime | None = None,
) -> "FlowRequest":
    """Return the question about flow that the options ask, of the company that a lake `brought` unless one is named.

    Raises BadOption, BadCompanyFile.
    """
    from streamgauge.answers.flow_terms import FlowRequest

    company = brought.company if brought and work.company is None else company_of(work.company)
    since, until, as_of = moments(work, zone_of(company), now or datetime.now(UTC))
    return FlowRequest(
        dataset=work.dataset,
        team=work.team,
        type=work.type,
        stream=work.stream,
        from_stage=between.from_stage if between else None,
        to_stage=between.to_stage if between else None,
        busy=between.busy if isinstance(between, More) else None,
        since=since,
        until=until,
        as_of=as_of,
        company=company,
    )


def company_of(file: str | None) -> Company:
    """Return what the company file says: the named one, else the one in the current folder, else the defaults.

    Its engine is the one that computes from then on, unless the environment names one.
    """
    from streamgauge import settings

    named = file or (COMPANY_FILE if os.path.exists(COMPANY_FILE) else None)
    company = default()
    if named is not None:
        from streamgauge.company.file import load

        company = load(named)
    settings.prefer(company.engine)
    return company


def zone_of(company: Company) -> tzinfo:
    """Return the zone in which the company's days start."""
    if company.zone == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(company.zone)


def _paths(selection: Selection, company: Company, *, here: bool) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(selection.paths or ()))
    if "" in given:
        raise BadOption("A PATH is empty.", advice="Name the folder of a clone, or '.' for this one.")
    if given or not here:
        return given
    return tuple(dict.fromkeys(service.repository for service in company.services)) or (".",)


def moments(
    selection: Moments, zone: tzinfo, now: datetime
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return the beginning and end of the window and the day of knowledge that the options name, in UTC.

    Raises BadOption where one is not understood, or where they contradict each other.
    """
    given = (("--since", selection.since), ("--until", selection.until), ("--as-of", selection.as_of))
    since, until, as_of = (
        None if text is None else instant(option, text, zone=zone, now=now) for option, text in given
    )
    if since is not None and until is not None and since >= until:
        raise BadOption(
            f"--since {selection.since} is not before --until {selection.until}.",
            advice="Days count from their start, so --until names the first day that does not count.",
        )
    if since is not None and until is None and since > now:
        raise BadOption(f"--since {selection.since} lies in the future.", advice="Name a day that has begun.")
    if since is not None and as_of is not None and since >= as_of:
        raise BadOption(
            f"--since {selection.since} is not before --as-of {selection.as_of}.",
            advice="Of what came later nothing was known then: name an earlier day, or a later moment of knowledge.",
        )
    if as_of is not None and as_of > now:
        raise BadOption(f"--as-of {selection.as_of} lies in the future.", advice="Name a moment that is past.")
    return since, until, as_of


def _pattern(regex: str) -> str:
    wrong = problem(regex)
    if wrong is not None:
        raise BadOption(f"--releases: {wrong}", advice=EXAMPLE)
    return regex
