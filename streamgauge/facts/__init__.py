"""What follows from the records: the list of derived tables with their schemas."""

import pyarrow as pa

from streamgauge.facts.advances import ADVANCES
from streamgauge.facts.belonging import HELD
from streamgauge.facts.code_sets import CODE_SETS
from streamgauge.facts.conformance import CONFORMANCE
from streamgauge.facts.deployments import DEPLOYMENTS
from streamgauge.facts.flow import DATASETS
from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.handoffs import HANDOFFS
from streamgauge.facts.limits import LIMITS
from streamgauge.facts.lines import LINES
from streamgauge.facts.meanings import MEANINGS
from streamgauge.facts.off_tool import OFF_TOOL
from streamgauge.facts.passages import PASSAGES
from streamgauge.facts.pull_request_phases import PULL_REQUEST_PHASES
from streamgauge.facts.red_streaks import RED_STREAKS
from streamgauge.facts.rewritten_lines import REWRITTEN_LINES
from streamgauge.facts.runs import RUNS
from streamgauge.facts.shipped import SHIPPED, UNDEPLOYED
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.two_tools import SAME_ITEMS
from streamgauge.facts.unmoved import UNMOVED
from streamgauge.facts.visits import VISITS
from streamgauge.facts.working import WORKING

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
    "passages": PASSAGES,
    "handoffs": HANDOFFS,
    "advances": ADVANCES,
    "code_sets": CODE_SETS,
    "pull_request_phases": PULL_REQUEST_PHASES,
    "runs": RUNS,
    "red_streaks": RED_STREAKS,
    "rewritten_lines": REWRITTEN_LINES,
    "held": HELD,
    "working": WORKING,
    "wip_limits": LIMITS,
    "conformance": CONFORMANCE,
    "unmoved": UNMOVED,
    "off_tool": OFF_TOOL,
    "same_items": SAME_ITEMS,
}
