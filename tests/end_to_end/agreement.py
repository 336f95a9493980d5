"""Compares one entry of a report with the second computation, number by number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.end_to_end.command import left_out, measures
from tests.oracle.oracle import Oracle, Release, percentile, percentiles

NEGATIVE = "NEGATIVE_DURATION"


@dataclass(frozen=True)
class Policy:
    """How the report was asked for, so that both compute the same."""

    start: str = "authored"
    merges: bool = False
    since: int | None = None
    until: int | None = None

    def options(self) -> list[str]:
        """Return the options of the command that mean this policy."""
        given = [] if self.start == "authored" else ["--lead-time-from", self.start]
        given += ["--include-merges"] if self.merges else []
        given += [] if self.since is None else ["--since", instant(self.since)]
        return given + ([] if self.until is None else ["--until", instant(self.until)])


PLAIN = Policy()


def instant(seconds: int) -> str:
    """Return Unix seconds as the report writes an instant."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def check(service: Mapping[str, Any], known: Oracle, policy: Policy = PLAIN) -> None:
    """Fail where a number of the entry is not the one that the second computation finds."""
    check_releases(service, known, policy)
    check_lead_time(service, known, policy)
    check_rhythm(service, known, policy)
    check_series(service, known, policy)
    check_undeployed(service, known)


def check_releases(service: Mapping[str, Any], known: Oracle, policy: Policy = PLAIN) -> None:
    """Compare the releases: names, times, and commits; of releases at one second the sum, their order is free."""
    expected = known.within(policy.since, policy.until)
    shown = {entry["commit"]: entry for entry in service["releases"]}
    assert sorted(shown) == sorted(r.commit for r in expected)
    for release in expected:
        assert shown[release.commit]["name"] in release.names
        assert shown[release.commit]["at"] == instant(release.at)
    counts = _summed((entry["at"], entry["commits"]) for entry in service["releases"])
    assert counts == _summed((instant(r.at), len(r.contains)) for r in expected)
    assert [e["at"] for e in service["releases"]] in (_times(expected), _times(expected)[::-1])


def _times(releases: Iterable[Release]) -> list[str]:
    return [instant(r.at) for r in releases]


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for key, number in pairs:
        sums[key] += number
    return dict(sums)


def check_lead_time(service: Mapping[str, Any], known: Oracle, policy: Policy = PLAIN) -> None:
    """Compare the lead time: how many, the percentiles, and how many were left out as negative."""
    spans = known.lead_times(start=policy.start, merges=policy.merges, since=policy.since, until=policy.until)
    measure = measures(service)["change_lead_time"]
    assert measure["n"] == len(spans.hours)
    check_percentiles(measure, spans.hours.values())
    assert left_out(measure, NEGATIVE) == len(spans.negative)


def check_percentiles(measure: Mapping[str, Any], values: Iterable[float]) -> None:
    """Compare the five percentiles and the value, which is the median; without values both are null, with a reason."""
    expected = percentiles(values)
    if expected is None:
        assert (measure["value"], measure["n"]) == (None, 0)
        assert measure["null_reason"]
        return
    assert measure["percentiles"] == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert measure["value"] == pytest.approx(expected["p50"], rel=1e-9, abs=1e-6)


def check_rhythm(service: Mapping[str, Any], known: Oracle, policy: Policy = PLAIN) -> None:
    """Compare what depends on releases alone: how many, and the time between them."""
    found = measures(service)
    assert found["deployment_frequency"]["n"] == len(known.within(policy.since, policy.until))
    check_percentiles(found["time_between_deployments"], known.gaps(policy.since, policy.until))


def check_series(service: Mapping[str, Any], known: Oracle, policy: Policy = PLAIN) -> None:
    """Compare the months: releases counted, silent months there with 0, lead times with null."""
    if policy.since is not None or policy.until is not None:
        return
    points = {(p["metric"], p["bucket"]): p for p in service["series"]}
    spans = known.lead_time_per_month(start=policy.start, merges=policy.merges)
    for month, number in known.releases_per_month().items():
        assert points["deployment_frequency", month]["n"] == number
        lead = points["change_lead_time", month]
        assert lead["n"] == len(spans[month])
        assert lead["value"] == (pytest.approx(percentile(spans[month], 0.5)) if spans[month] else None)
    assert sum(p["n"] for (metric, _), p in points.items() if metric == "deployment_frequency") == len(known.releases)


def check_undeployed(service: Mapping[str, Any], known: Oracle) -> None:
    """Compare what HEAD has and no release: how many, and since when."""
    waiting = known.undeployed()
    assert service["undeployed"]["n"] == len(waiting)
    dates = [c.committed for c in waiting if c.committed is not None]
    assert service["undeployed"]["oldest_at"] == (instant(min(dates)) if dates else None)
