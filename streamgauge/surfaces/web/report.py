"""The report as one HTML file."""

from collections.abc import Sequence

from streamgauge.answers.proof import Proof
from streamgauge.answers.service_delivery import DeliveryReport
from streamgauge.surfaces.web import file
from streamgauge.surfaces.web.page import compose


def render(report: DeliveryReport, proofs: Sequence[Proof]) -> str:
    """Return the report as the text of one HTML file, to be written as UTF-8.

    `proofs` holds at most one whole-window proof of each measure (service, release line, metric). Only the
    most active lines get charts, so that a repository with many lines stays a file that opens at once.
    """
    return file.html("report.html.jinja", compose(report, proofs))
