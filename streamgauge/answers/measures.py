"""Turns the observations of one metric into the measure that a reader sees."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from streamgauge.answers.service_delivery import LeftOut, Measure, Percentiles, Window
from streamgauge.answers.terms import LineTerms
from streamgauge.company import Thresholds
from streamgauge.metrics import bands, statistics
from streamgauge.metrics.metric import Metric, Shape
from streamgauge.metrics.observations import Summary
from streamgauge.metrics.statistics import Arranged, Floats, Interval

_RANKED = (Shape.MEDIAN, Shape.RECOVERY, Shape.INVENTORY)
PROMISED = 0.85
"""The share that a promise is for where nothing else is said (definitions 2.3)."""


def promised(values: Floats, share: float = PROMISED) -> float:
    """Return the percentile of values by nearest rank: at least that share of them keeps it."""
    return float(np.percentile(values, share * 100, method="inverted_cdf"))


def measure(metric: Metric, found: Summary, terms: LineTerms, window: Window) -> Measure:
    """Return one metric of one release line over the window, with interval, band and what was left out."""
    is_known = terms.has_releases if metric.shape is Shape.FREQUENCY else terms.has_head
    plain = plain_measure(metric, found, window, is_known=is_known)
    band, note = _band(metric, found, plain.value, terms)
    return replace(
        plain,
        label=label(metric, terms),
        band=band.name if band else None,
        score=band.score if band else None,
        edition=band.edition if band else None,
        band_note=note,
        null_reason=_null_reason(metric, found, terms) if plain.value is None else None,
        provisional=is_provisional(metric, found.newest, terms),
        caveats=caveats(metric, terms),
    )


def plain_measure(metric: Metric, found: Summary, window: Window, *, is_known: bool) -> Measure:
    """Return one metric over the window with its interval and what was left out, without band or policy.

    `is_known` says that nothing counted is a true 0.
    """
    value, low, high = value_of(metric, found, window, is_known=is_known)
    return Measure(
        metric=metric.name,
        label=metric.title,
        asks=metric.asks,
        value=value,
        unit=metric.unit,
        better=metric.better.value,
        n=found.n,
        low=low,
        high=high,
        percentiles=percentiles(found.arranged) if metric.shape in _RANKED else None,
        percentile_unit=_percentile_unit(metric, found),
        band=None,
        score=None,
        edition=None,
        band_note=None,
        null_reason=_nothing(metric, found) if value is None else None,
        provisional=False,
        left_out=tuple(LeftOut(reason=r, n=n) for r, n in sorted(found.left_out.items())),
        caveats=metric.caveats,
    )


def label(metric: Metric, terms: LineTerms) -> str:
    """Return the metric's title with the policy that was applied."""
    if not metric.follows_policy:
        return metric.title
    clock = f"from {'commit' if terms.scope.from_committed else 'author'} time, " if metric.unit == "hours" else ""
    merges = "with merge commits" if terms.scope.include_merges else "non-merge commits"
    reverts = terms.scope.leave_out_reverts and metric.name != "revert_share"
    without = [word for word, left in (("reverts", reverts), ("bots", terms.scope.leave_out_bots)) if left]
    return f"{metric.title} ({clock}{merges}{''.join(f', without {w}' for w in without)})"


def caveats(metric: Metric, terms: LineTerms) -> tuple[str, ...]:
    """Return what a reader must know of this number here."""
    said = list(metric.caveats) if terms.is_past else []
    if metric.is_inferred and terms.failure_rules and not terms.unmeasurable:
        said.append(f"Inferred, not recorded: a release counts as failed when {' or when '.join(terms.failure_rules)}.")
    if metric.shape is Shape.RECOVERY and terms.failure_rules and not terms.unmeasurable:
        said.append(
            "Only failures that were mended soon can be seen in version control, so long recoveries are missing."
        )
    if metric.name not in {"undeployed_changes", "revert_share"} and terms.has_head:
        said.append(f"Proxy: {terms.proxy} stand for deployments.")
    return tuple(said)


def percentiles(values: Arranged) -> Percentiles | None:
    """Return linear percentiles of arranged values; None without any."""
    if len(values) == 0:
        return None
    p50, p75, p85, p90, p95 = (statistics.percentile(values, share) for share in statistics.PERCENTILES)
    return Percentiles(p50=p50, p75=p75, p85=p85, p90=p90, p95=p95)


def _percentile_unit(metric: Metric, found: Summary) -> str | None:
    if metric.shape not in _RANKED or not found.n:
        return None
    return "hours" if metric.shape is Shape.INVENTORY else metric.unit


def is_provisional(metric: Metric, newest: datetime | None, terms: LineTerms) -> bool:
    """Return whether the newest deployment is too young to have shown its failure (definitions 0.5)."""
    mature = terms.scope.known_at - timedelta(days=terms.thresholds.maturity_days)
    return metric.is_cohort and newest is not None and newest > mature


def value_of(metric: Metric, found: Summary, window: Window, *, is_known: bool) -> Interval:
    """Return value, low and high; all null where there is nothing to say. `is_known`: nothing counted is a true 0."""
    n = found.n
    if metric.shape is Shape.FREQUENCY:
        return _frequency(n, window) if is_known else (None, None, None)
    if metric.shape in (Shape.INVENTORY, Shape.COUNT):
        return (float(n), None, None) if is_known else (None, None, None)
    if n == 0:
        return None, None, None
    return _VALUES[metric.shape](found)


def _share(found: Summary) -> Interval:
    total = found.of.total
    low, high = statistics.wilson(total, found.n) or (None, None)
    return total / found.n, low, high


def _recovery(found: Summary) -> Interval:
    if any(found.censored):
        return statistics.kaplan_meier_median(found.taken.tolist(), found.censored), None, None
    return statistics.median_interval(found.arranged)


_VALUES: Mapping[Shape, Callable[[Summary], Interval]] = {
    Shape.MEDIAN: lambda found: statistics.median_interval(found.arranged),
    Shape.RECOVERY: _recovery,
    Shape.SHARE: _share,
    Shape.RATIO: lambda found: found.of.ratio(is_share=True),
    Shape.EXCESS: lambda found: found.of.ratio(is_share=False),
    Shape.MEAN: lambda found: found.of.mean(),
    Shape.TOTAL: lambda found: (found.of.total, None, None),
    Shape.PRODUCT: lambda found: (float(np.prod(found.values)), None, None),
    Shape.PROMISE: lambda found: (promised(found.taken), None, None),
    # What is drawn anew needs all stages, so that whoever draws says it.
    Shape.LIKELIHOOD: lambda _: (None, None, None),
}
"""What the values of a shape come to, where there is at least one."""


def _frequency(n: int, window: Window) -> tuple[float | None, float | None, float | None]:
    if not window.days or window.days <= 0:
        return None, None, None
    low, high = statistics.poisson_interval(n)
    return n / window.days, low / window.days, high / window.days


def _null_reason(metric: Metric, found: Summary, terms: LineTerms) -> str:
    if metric.shape is Shape.INVENTORY:
        known = "default branch is not known" if terms.has_releases else "repository has no commits"
        return f"no data: the {known}"
    if not terms.has_releases:
        return "no data: no release was found"
    if metric.is_inferred and terms.unmeasurable:
        return terms.unmeasurable
    if metric.shape is Shape.RECOVERY and found.n:
        return "no data: fewer than half of the failures are mended"
    if metric.shape is Shape.RECOVERY:
        return "no data: no failed release was seen"
    return _nothing(metric, found)


def _nothing(metric: Metric, found: Summary) -> str:
    """Return why a number has no value where no more is known: for what most is left out, or that it took no time."""
    if found.n and metric.shape is Shape.RATIO:
        return "no data: what counts took no time"
    if not found.left_out:
        return "no data: nothing counts in this window"
    reason, n = max(found.left_out.items(), key=lambda one: (one[1], one[0]))
    return f"no data: nothing counts in this window, most is left out ({reason}: {n:,})"


def _band(
    metric: Metric, found: Summary, value: float | None, terms: LineTerms
) -> tuple[bands.Band | None, str | None]:
    """Return the band and a note; no band on small samples, on merges as proxy, or where an edition gives none."""
    limits = terms.thresholds
    if value is None or metric.name not in _BANDED:
        return None, None
    if terms.is_merge_proxy:
        return None, "no band: merges are no deployments"
    if metric.shape is Shape.FREQUENCY:
        return _frequency_band(terms)
    least = limits.minimum_n_rate if metric.shape is Shape.SHARE else limits.minimum_n_duration
    if found.n < least:
        return None, f"{bands.INSUFFICIENT}: {found.n} of {least}"
    if metric.shape is Shape.SHARE:
        nearest = bands.nearest_fail_rate(value)
        return None, f"no band in DORA 2024, whose points are not in order; nearest cluster: {nearest}"
    return (bands.recovery(value) if metric.shape is Shape.RECOVERY else bands.lead_time(value)), None


_BANDED = {"deployment_frequency", "change_lead_time", "change_fail_rate", "failed_deployment_recovery_time"}


def _frequency_band(terms: LineTerms) -> tuple[bands.Band | None, str | None]:
    limits: Thresholds = terms.thresholds
    if terms.first_at is None or (terms.end - terms.first_at).days < limits.new_service_days:
        return None, f"{bands.INSUFFICIENT}: younger than {limits.new_service_days} days"
    if terms.scope.since is not None and (terms.end - terms.scope.since).days < limits.frequency_window_days:
        return None, f"no band: the window is shorter than {limits.frequency_window_days} days"
    days = min(limits.frequency_window_days, (terms.end - terms.first_at).days)
    category = bands.frequency_category(terms.release_days, terms.end_day, days)
    return bands.Band(bands.FREQUENCY_SCALE[category], bands.SCALE_EDITION, category), f"last {days} days"
