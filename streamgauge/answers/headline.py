"""The one sentence to read first."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from streamgauge.answers.service_delivery import Measure, ServiceDelivery, Undeployed
from streamgauge.answers.terms import LineTerms
from streamgauge.facts.lines import PROXY

RECENT_DAYS = 30
"""A release is recent that is not older than this at the end of the window."""

ENDED_DAYS = 365
"""A line whose newest release is older than this at the end of the window is taken as one that ended."""

_MINUTE = 1 / 60
NOT_KNOWN_TO_WAIT = "what waits is not known"


def headline(line: LineTerms, measures: Mapping[str, Measure], undeployed: Undeployed, releases: int) -> str:
    """Return how a line delivers, in plain words; what is not known is not mentioned as if it were good."""
    if not line.has_head and not line.has_releases:
        return f"{line.service} has no commits yet."
    if not releases:
        when = " in this window" if line.has_releases else ""
        waits = NOT_KNOWN_TO_WAIT if undeployed.n is None else _waiting(undeployed.n)
        return f"{_name(line)} has no {_noun(line)}{when}; {waits}."
    parts = [_rhythm(line, measures["time_between_deployments"], releases)]
    lead = measures["change_lead_time"]
    if lead.value is not None:
        parts.append(_lead(lead.value))
    text = " and ".join(parts)
    return f"{text}. {_failures(measures, _noun(line))}".strip()


def joint_headline(services: Sequence[ServiceDelivery]) -> str:
    """Return how many release lines delivered lately, how many never did, and where most lies that waits."""
    if len(services) == 1:
        return services[0].message
    if not services:
        return "There is nothing to show yet: no repository was read."
    lately = sum(_is_recent(service) for service in services)
    silent = sum(not service.releases for service in services)
    ended = sum(bool(service.releases) and _has_ended(service) for service in services)
    going_on = [service for service in services if not _has_ended(service)]
    some = f"{lately:,}" if lately else "None"
    said = f"{some} of {len(services):,} release lines had a release in the last {RECENT_DAYS} days"
    none = f", {ended:,} none for a year" if ended else ""
    none += f", {silent:,} none in the whole window" if silent else ""
    rest = _waiting_of(going_on or services, services) if going_on or not ended else _waiting_of_last(services)
    return f"{said}{none}. {rest}"


def _is_recent(service: ServiceDelivery) -> bool:
    return bool(service.releases) and _quiet_for(service) <= timedelta(days=RECENT_DAYS)


def _has_ended(service: ServiceDelivery) -> bool:
    """Return whether nothing was released for so long; where nothing was in the window, what waits tells."""
    oldest = service.undeployed.oldest_at
    if not service.releases:
        return oldest is not None and service.window.until - oldest > timedelta(days=ENDED_DAYS)
    return _quiet_for(service) > timedelta(days=ENDED_DAYS)


def _quiet_for(service: ServiceDelivery) -> timedelta:
    return service.window.until - service.releases[-1].at


def _waiting_of(some: Sequence[ServiceDelivery], services: Sequence[ServiceDelivery]) -> str:
    """Return in how many of some lines commits wait for a release, and in which most do."""
    waiting = [service for service in some if service.undeployed.n]
    whose = "them" if len(some) == len(services) else "the others"
    if not waiting:
        return nothing_waits(services) if whose == "them" else f"In {whose} nothing is known to wait."
    most = min(waiting, key=lambda s: (-(s.undeployed.n or 0), s.service, s.release_line or ""))
    place = f"{_named(most, services)} ({most.undeployed.n:,})"
    if len(waiting) == 1:
        return f"Of {whose} commits wait for one in {place} alone."
    where = f"most in {place}"
    how_many = f"{len(waiting):,}" if len(waiting) < len(some) else "all"
    return f"In {how_many} of {whose} commits wait for one, {where}."


def _waiting_of_last(services: Sequence[ServiceDelivery]) -> str:
    """Return how many commits wait in the line that ended last, where all of them have ended."""
    last = max((service for service in services if service.releases), key=lambda service: service.releases[-1].at)
    waits = NOT_KNOWN_TO_WAIT if last.undeployed.n is None else _waiting(last.undeployed.n)
    return f"In {_named(last, services)}, which ended last, {waits}."


def _named(service: ServiceDelivery, services: Sequence[ServiceDelivery]) -> str:
    """Return the name of a line, with its service's where this has several."""
    siblings = sum(one.service == service.service for one in services)
    return f"{service.service} · {service.release_line}" if siblings > 1 else service.service


def nothing_waits(services: Sequence[ServiceDelivery]) -> str:
    """Return that nothing waits, where that is so; whose default branch is not known has no such number."""
    unknown = sum(m.value is None for s in services for m in s.measures if m.metric == "undeployed_changes")
    if unknown:
        where = "" if len(services) == 1 else f" in {unknown:,} of them"
        return f"{NOT_KNOWN_TO_WAIT.capitalize()}{where}."
    is_known = any(service.proxy != PROXY for service in services)
    return f"Nothing waits: every change is {'released' if is_known else 'on the default branch'}."


def _waiting(n: int) -> str:
    if n < 2:
        return f"{'1' if n else 'no'} commit waits for one"
    return f"{n:,} commits wait for one"


def _rhythm(line: LineTerms, gaps: Measure, releases: int) -> str:
    what = "takes in a merge" if line.is_merge_proxy else "ships a release"
    if gaps.value is None:
        return f"{_name(line)} has {releases} {_noun(line)}{'s' if releases > 1 else ''} in this window"
    ago = (line.end - max(t for t in line.times if t < line.end)).total_seconds() / 3600
    return f"{_name(line)} {what} every {span(gaps.value)} (median; the last was {span(ago)} ago)"


def _lead(hours: float) -> str:
    if hours < _MINUTE:
        return "half of its changes are in one within a minute"
    return f"half of its changes wait longer than {span(hours)} to be in one"


def _name(line: LineTerms) -> str:
    return f"{line.service} · {line.release_line}" if line.has_siblings else line.service


def _noun(line: LineTerms) -> str:
    return "merge" if line.is_merge_proxy else "release"


def _failures(measures: Mapping[str, Measure], noun: str) -> str:
    failed, mended = measures["change_fail_rate"], measures["failed_deployment_recovery_time"]
    if failed.value is None:
        return ""
    count = round(failed.value * failed.n)
    if failed.n == 1:
        return f"That {noun} {'had' if count else 'did not have'} to be mended soon after."
    if not count:
        return f"None of {failed.n:,} {noun}s had to be mended soon after."
    half = "half of them " if count > 1 else ""
    tail = f", {half}within {span(mended.value)}" if mended.value is not None else ""
    return f"{count:,} of {failed.n:,} {noun}s had to be mended soon after{tail}."


def span(hours: float) -> str:
    """Return hours in the unit that a person would use."""
    for unit, size in (("days", 24.0), ("hours", 1.0)):
        if hours >= 2 * size:
            number = hours / size
            return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
    minutes = f"{hours * 60:.0f}"
    return f"{minutes} minute{'' if minutes == '1' else 's'}"
