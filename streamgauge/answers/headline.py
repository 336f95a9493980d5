"""The one sentence to read first."""

from collections.abc import Mapping

from streamgauge.answers.service_delivery import Measure, Undeployed
from streamgauge.answers.terms import LineTerms


def headline(line: LineTerms, measures: Mapping[str, Measure], undeployed: Undeployed, releases: int) -> str:
    """Return how a line delivers, in plain words; what is not known is not mentioned as if it were good."""
    if not line.has_head:
        return f"{line.service} has no commits yet."
    if not releases:
        when = " in this window" if line.has_releases else ""
        return f"{_name(line)} has no release{when}; {_waiting(undeployed.n)}."
    parts = [_rhythm(line, measures["time_between_deployments"], releases)]
    lead = measures["change_lead_time"]
    if lead.value is not None:
        parts.append(f"half of its changes wait longer than {span(lead.value)} to be in one")
    text = " and ".join(parts)
    return f"{text}. {_failures(measures)}".strip()


def _waiting(n: int) -> str:
    return "1 commit waits for one" if n == 1 else f"{n:,} commits wait for one"


def _rhythm(line: LineTerms, gaps: Measure, releases: int) -> str:
    what = "takes in a merge" if line.is_merge_proxy else "ships a release"
    if gaps.value is None:
        return f"{_name(line)} has {releases} release{'s' if releases > 1 else ''} in this window"
    ago = (line.end - max(t for t in line.times if t < line.end)).total_seconds() / 3600
    return f"{_name(line)} {what} every {span(gaps.value)} (median; the last was {span(ago)} ago)"


def _name(line: LineTerms) -> str:
    return f"{line.service} · {line.release_line}" if line.has_siblings else line.service


def _failures(measures: Mapping[str, Measure]) -> str:
    failed, mended = measures["change_fail_rate"], measures["failed_deployment_recovery_time"]
    if failed.value is None:
        return ""
    count = round(failed.value * failed.n)
    if not count:
        return f"None of {failed.n:,} releases had to be mended soon after."
    tail = f", half of them within {span(mended.value)}" if mended.value is not None else ""
    return f"{count:,} of {failed.n:,} releases had to be mended soon after{tail}."


def span(hours: float) -> str:
    """Return hours in the unit that a person would use."""
    for unit, size in (("days", 24.0), ("hours", 1.0)):
        if hours >= 2 * size:
            number = hours / size
            return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
    return f"{hours * 60:.0f} minutes"
