"""What follows from the records: the list of derived tables with their schemas."""

import pyarrow as pa

from streamgauge.facts.belonging import HELD
from streamgauge.facts.deployments import DEPLOYMENTS
from streamgauge.facts.flow import DATASETS
from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.meanings import MEANINGS
from streamgauge.facts.refresh import LINES
from streamgauge.facts.shipped import SHIPPED, UNDEPLOYED
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.visits import VISITS

FACTS: dict[str, pa.Schema] = {
    "lines": LINES,
    "deployments": DEPLOYMENTS,
    "shipped": SHIPPED,
    "undeployed": UNDEPLOYED,
    "datasets": DATASETS,
    "meanings": MEANINGS,
    "visits": VISITS,
    "touches": TOUCHES,
    "flow_items": FLOW_ITEMS,
    "held": HELD,
}
