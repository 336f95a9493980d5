"""What is claimed about how work goes: the list of insights, in the order in which they are looked for."""

from streamgauge.insights.ageing_beyond_pace import AGEING_BEYOND_PACE
from streamgauge.insights.bottleneck import BOTTLENECK
from streamgauge.insights.dependency_blocks import DEPENDENCY_BLOCKS
from streamgauge.insights.flaky_default_branch import FLAKY_DEFAULT_BRANCH
from streamgauge.insights.ground import Ground
from streamgauge.insights.handoff_friction import HANDOFF_FRICTION
from streamgauge.insights.insight import Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.limit_never_binds import LIMIT_NEVER_BINDS
from streamgauge.insights.merged_work_waits import MERGED_WORK_WAITS
from streamgauge.insights.provider_slows_down import PROVIDER_SLOWS_DOWN
from streamgauge.insights.queue_piles_up import QUEUE_PILES_UP
from streamgauge.insights.red_default_branch import RED_DEFAULT_BRANCH
from streamgauge.insights.rework_loop import REWORK_LOOP
from streamgauge.insights.stale_data import STALE_DATA
from streamgauge.insights.too_many_initiatives import TOO_MANY_INITIATIVES
from streamgauge.insights.unmapped_statuses import UNMAPPED_STATUSES
from streamgauge.insights.unreviewed_merges import UNREVIEWED_MERGES
from streamgauge.insights.unstable_flow import UNSTABLE_FLOW
from streamgauge.insights.walks import prepare
from streamgauge.insights.wip_over_limit import WIP_OVER_LIMIT

INSIGHTS: tuple[Insight, ...] = (
    STALE_DATA,
    UNMAPPED_STATUSES,
    BOTTLENECK,
    HANDOFF_FRICTION,
    QUEUE_PILES_UP,
    DEPENDENCY_BLOCKS,
    PROVIDER_SLOWS_DOWN,
    REWORK_LOOP,
    AGEING_BEYOND_PACE,
    UNSTABLE_FLOW,
    WIP_OVER_LIMIT,
    LIMIT_NEVER_BINDS,
    TOO_MANY_INITIATIVES,
    UNREVIEWED_MERGES,
    MERGED_WORK_WAITS,
    FLAKY_DEFAULT_BRANCH,
    RED_DEFAULT_BRANCH,
)
"""All insights: each is one file, one line here, and one section of docs/insights.md."""

__all__ = ["INSIGHTS", "Effect", "Evidence", "Finding", "Ground", "Insight", "Unknown", "prepare"]
