"""What follows from the records: the list of derived tables with their schemas."""

import pyarrow as pa

from streamgauge.facts.deployments import DEPLOYMENTS
from streamgauge.facts.refresh import LINES
from streamgauge.facts.shipped import SHIPPED, UNDEPLOYED

FACTS: dict[str, pa.Schema] = {
    "lines": LINES,
    "deployments": DEPLOYMENTS,
    "shipped": SHIPPED,
    "undeployed": UNDEPLOYED,
}
