"""Fills a lake with records that are there already, and with the company whose they are."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace

import pyarrow as pa

from streamgauge.answers.brought import BROUGHT, Brought, brought
from streamgauge.company import Service
from streamgauge.errors import BadOption
from streamgauge.facts import FACTS
from streamgauge.facts.refresh import Terms, refresh
from streamgauge.facts.rehearsal import AT_ONCE, Rehearsal, hold
from streamgauge.lake import Lake
from streamgauge.lake.writer import Writer
from streamgauge.progress import Progress
from streamgauge.records import Record
from streamgauge.sources.pseudonym import Pseudonyms


def pseudonyms(lake: Lake) -> Callable[[str], str]:
    """Return what turns somebody's name into the lake's pseudonym."""
    return Pseudonyms(lake.pseudonym_key).of


def fill(lake: Lake, given: Brought, batches: Iterable[tuple[type[Record], pa.Table]], progress: Progress) -> Brought:
    """Keep the batches and refresh the facts of the company's services, as one published snapshot.

    A lake that was filled with the same before stays as it is. Raises BadOption where it holds something else.
    """
    if (former := _former(lake, given)) is not None:
        return former
    with lake.writing() as writer:
        # While we waited for the right to write, another may have filled it.
        if (former := _former(lake, given)) is not None:
            return former
        rows = _keep(writer, batches, progress)
        _derive(writer, given, progress)
        done = replace(given, rows=rows)
        writer.publish(_cursors(done))
    return done


def _former(lake: Lake, given: Brought) -> Brought | None:
    """Return what the lake was filled with, if that is the same; raises BadOption where it holds something else."""
    former = brought(lake)
    if former is not None and former.mark == given.mark:
        return former
    if former is not None or lake.snapshot() is not None:
        raise BadOption(
            f"The lake {lake.address} holds something else already.", advice="Choose a new one with --lake."
        )
    return None


def _keep(writer: Writer, batches: Iterable[tuple[type[Record], pa.Table]], progress: Progress) -> dict[str, int]:
    kept: Counter[str] = Counter()
    for kind, batch in batches:
        kept[kind.table] += writer.append(kind, batch)
        progress.step("records kept", kept.total(), None)
    return dict(kept)


def _derive(writer: Writer, given: Brought, progress: Progress) -> None:
    """Compute the facts of all services: some at a time in memory, so that each table is written seldom."""
    services = given.company.services
    for first in range(0, len(services), AT_ONCE):
        progress.step("facts of services", first, len(services))
        with writer.view() as view:
            some = [_terms(given, service) for service in services[first : first + AT_ONCE]]
            hold(view, sorted({terms.repository for terms in some}))
            rehearsal = Rehearsal(view, FACTS, [])
            lines = [key for terms in some for key in refresh(rehearsal, terms)]
            for name, table in rehearsal.facts.items():
                writer.replace_facts(name, lines, table)


def _terms(given: Brought, service: Service) -> Terms:
    return Terms(
        repository=service.repository,
        service=service,
        patterns=(),
        thresholds=given.company.thresholds,
        basis=given.mark,
        identity=given.mark,
    )


def _cursors(given: Brought) -> dict[str, str]:
    """Return how far everything was read: each repository, and what the lake brings with it."""
    read = json.dumps({"fingerprint": given.mark, "identity": given.mark})
    said = {
        "mark": given.mark,
        "company": asdict(given.company),
        "until": given.until.isoformat(),
        "rows": dict(given.rows),
    }
    return {f"git:{service.repository}": read for service in given.company.services} | {BROUGHT: json.dumps(said)}
