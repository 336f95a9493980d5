"""One HTML file that needs nothing else: no network, no font, no script from elsewhere."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from streamgauge.answers.proof import Proof
from streamgauge.metrics import METRICS
from streamgauge.surfaces.harmless import one_line, safe, unveiled
from streamgauge.surfaces.web import quantity
from streamgauge.surfaces.web.headlines import measure_of

RELEASES_OPEN = 12
SHORT_REASON = 32
_TITLES = {metric.name: metric.title for metric in METRICS}
_COUNTED = re.compile(r"(?<![\w#&;])\d[\d.,]*(?:–\d[\d.,]*)? (?:%|(?:minute|hour|day|month|year|item)s?\b|h\b|d\b)")
"""A number with its unit, in text that was escaped, so that none of its signs is taken for one."""
_NO_NUMBER = ("insufficient data", "no data", "not measurable")


def html(template: str, page: object, styles: Sequence[str] = ("report.css",)) -> str:
    """Return the text of the HTML file that `template` makes of `page`, to be written as UTF-8.

    `styles` are the style sheets beside the templates, later ones overruling earlier ones.
    """
    style, script = "".join(map(_asset, styles)), _asset("report.js")
    return (
        _environment()
        .get_template(template)
        .render(
            page=page,
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


@cache
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
        "unbroken": _unbroken,
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


def _unbroken(text: str) -> Markup:
    """Return a sentence whose numbers stay on one line with what they count."""
    shown = str(escape(unveiled(text)))
    return Markup(_COUNTED.sub(lambda found: f'<span class="whole">{found[0]}</span>', shown))  # noqa: S704 - escaped


def _title(metric: str) -> str:
    return _TITLES.get(metric) or metric.replace("_", " ").capitalize()
