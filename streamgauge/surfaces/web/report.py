"""The report as one HTML file that needs nothing else: no network, no font, no script from elsewhere."""

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from streamgauge.answers.proof import Proof
from streamgauge.answers.service_delivery import DeliveryReport
from streamgauge.metrics import METRICS
from streamgauge.surfaces.harmless import one_line, safe, unveiled
from streamgauge.surfaces.web import quantity
from streamgauge.surfaces.web.headlines import measure_of
from streamgauge.surfaces.web.page import compose

RELEASES_OPEN = 12
SHORT_REASON = 32
_TITLES = {metric.name: metric.title for metric in METRICS}
_NO_NUMBER = ("insufficient data", "no data", "not measurable")


def render(report: DeliveryReport, proofs: Sequence[Proof]) -> str:
    """Return the report as the text of one HTML file, to be written as UTF-8.

    `proofs` holds at most one whole-window proof of each measure (service, release line, metric). Only the
    most active lines get charts, so that a repository with many lines stays a file that opens at once.
    """
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            page=compose(report, proofs),
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - a file of this package
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a content security policy names this very text by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("streamgauge.surfaces.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "amount": quantity.amount,
        "count": quantity.count,
        "day": quantity.day,
        "last_day": quantity.last_day,
        "minute": quantity.minute,
        "month": quantity.month,
        "metric_title": _title,
        "safe_words": safe,
    }
    environment.globals |= {
        "interval": quantity.interval,
        "judgement": quantity.judgement,
        "parts": quantity.parts,
        "missing": _missing,
        "bound_values": _bound_values,
        "measure_of": measure_of,
        "releases_open": RELEASES_OPEN,
    }
    return environment


def _bound_values(proof: Proof) -> list[tuple[str, str]]:
    """Return the parameters that were bound into the query; the others are terms that a reader knows."""
    return [(name, value) for name, value in proof.parameters if name.startswith("$")]


def _missing(reason: str | None) -> tuple[str, str]:
    """Return why there is no number as a head to set large ("Insufficient data: 4 of 10") and the rest."""
    words = one_line(reason or "the sources hold none")
    if not words.lower().startswith(_NO_NUMBER):
        return "No data", words
    head, _, rest = words.partition(":")
    if len(words) <= SHORT_REASON:
        head, rest = words, ""
    return head[:1].upper() + head[1:], rest.strip()


def _shown(value: object) -> object:
    """Return what a template may print: text of tools unveiled, our own markup and everything else as it is."""
    return unveiled(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _title(metric: str) -> str:
    return _TITLES.get(metric) or metric.replace("_", " ").capitalize()
