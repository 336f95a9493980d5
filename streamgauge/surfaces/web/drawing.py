"""Vega-Lite specifications drawn as inline SVG that takes its colours from the page."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import vl_convert
from markupsafe import Markup

VERSION = "6.4"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# A specification names its colours by these stand-ins; the drawing refers to the page's own variables instead,
# so that one picture is right in light, in dark and on paper.
INK, MUTED, GRID, ACCENT, BAD, QUIET = "#000001", "#000002", "#000003", "#000004", "#000005", "#000006"
CARD = "#000007"
_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--rule)",
    ACCENT: "var(--accent)",
    BAD: "var(--bad)",
    QUIET: "var(--quiet)",
    CARD: "var(--card)",
}
CONFIG: dict[str, Any] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "domain": False, "ticks": False, "gridColor": GRID, "labelPadding": 6, "titlePadding": 10,
    },
    "axisX": {"grid": False, "domain": True, "domainColor": GRID, "ticks": True, "tickColor": GRID, "tickSize": 4},
    "legend": {
        "orient": "top", "title": None, "labelColor": MUTED, "labelFontSize": 12, "symbolType": "square", "offset": 8,
    },
}  # fmt: skip
_DROPPED = frozenset(
    {"class", "role", "aria-roledescription", "pointer-events", "stroke-miterlimit", "font-family", "version"}
    | {"width", "height"}
)
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_SEEN_ROOT = ("class", "viewBox", "aria-label", "role")


def draw(specification: Mapping[str, Any], *, label: str, style_class: str) -> Markup:
    """Return the SVG of a Vega-Lite specification for use inside HTML, announced as `label`."""
    svg = vl_convert.vegalite_to_svg(dict(specification), vl_version=VERSION)
    return adapt(svg, label=label, style_class=style_class)


def adapt(svg: str, *, label: str, style_class: str) -> Markup:
    """Return Vega's SVG in the page's colours, its links within the page, a hint on each mark; no address, no font."""
    root = ElementTree.fromstring(svg)
    box = root.get("viewBox", "0 0 1 1")
    for element in list(root.iter()):
        _plain(element)
    for parent in list(root.iter()):
        for child in [child for child in parent if _invisible(child)]:
            parent.remove(child)
    for anchor in root.iter("a"):
        _announce(anchor)
    root.attrib.clear()
    root.attrib.update(dict(zip(_SEEN_ROOT, (style_class, box, label, "group"), strict=True)))
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 - written by an XML writer, so escaped


def _plain(element: ElementTree.Element) -> None:
    element.tag = element.tag.rpartition("}")[2]
    attributes = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    element.attrib.clear()
    for name, value in attributes.items():
        if name not in _DROPPED or (name in ("width", "height") and element.tag == "rect"):
            element.set(name, _VARIABLES.get(value, _NUMBER.sub(lambda found: f"{float(found.group()):.2f}", value)))
    if element.get("opacity") == "1":
        del element.attrib["opacity"]


def _invisible(element: ElementTree.Element) -> bool:
    return element.get("display") == "none" or (element.tag == "path" and element.get("d") in ("", "M0,0h0v0h0Z", None))


def _announce(anchor: ElementTree.Element) -> None:
    """Point the link into this page, and move the mark's description to where a pointer and a screen reader find it."""
    target, _, bucket = anchor.attrib.pop("href", "").rpartition("#")[2].partition("/")
    anchor.set("href", f"#{target}")
    anchor.set("data-bucket", bucket)
    # A chart has hundreds of marks: the keyboard's way to one month is the choice inside the proof.
    anchor.set("tabindex", "-1")
    words = [mark.attrib.pop("aria-label", "") for mark in anchor]
    title = ElementTree.Element("title")
    title.text = " ".join(words)
    anchor.insert(0, title)
