"""What is measured: the list of metrics."""

from streamgauge.metrics.batch_size import BATCH_SIZE
from streamgauge.metrics.cancel_rate import CANCEL_RATE
from streamgauge.metrics.change_fail_rate import CHANGE_FAIL_RATE
from streamgauge.metrics.change_lead_time import CHANGE_LEAD_TIME
from streamgauge.metrics.cycle_time import CYCLE_TIME
from streamgauge.metrics.debt_share import DEBT_SHARE
from streamgauge.metrics.defect_share import DEFECT_SHARE
from streamgauge.metrics.deployment_frequency import DEPLOYMENT_FREQUENCY
from streamgauge.metrics.deployment_rework_rate import DEPLOYMENT_REWORK_RATE
from streamgauge.metrics.failed_deployment_recovery_time import FAILED_DEPLOYMENT_RECOVERY_TIME
from streamgauge.metrics.feature_share import FEATURE_SHARE
from streamgauge.metrics.flow_efficiency import FLOW_EFFICIENCY
from streamgauge.metrics.flow_load import FLOW_LOAD
from streamgauge.metrics.flow_time import FLOW_TIME
from streamgauge.metrics.flow_velocity import FLOW_VELOCITY
from streamgauge.metrics.metric import Metric
from streamgauge.metrics.request_lead_time import REQUEST_LEAD_TIME
from streamgauge.metrics.return_share import RETURN_SHARE
from streamgauge.metrics.revert_share import REVERT_SHARE
from streamgauge.metrics.risk_share import RISK_SHARE
from streamgauge.metrics.time_between_deployments import TIME_BETWEEN_DEPLOYMENTS
from streamgauge.metrics.undeployed_changes import UNDEPLOYED_CHANGES
from streamgauge.metrics.work_item_age import WORK_ITEM_AGE

DELIVERY: tuple[Metric, ...] = (
    DEPLOYMENT_FREQUENCY,
    CHANGE_LEAD_TIME,
    CHANGE_FAIL_RATE,
    FAILED_DEPLOYMENT_RECOVERY_TIME,
    DEPLOYMENT_REWORK_RATE,
    TIME_BETWEEN_DEPLOYMENTS,
    BATCH_SIZE,
    UNDEPLOYED_CHANGES,
    REVERT_SHARE,
)
"""How software is delivered (definitions 1)."""
FLOW: tuple[Metric, ...] = (
    FLOW_VELOCITY,
    FLOW_TIME,
    CYCLE_TIME,
    REQUEST_LEAD_TIME,
    FLOW_EFFICIENCY,
    FLOW_LOAD,
    WORK_ITEM_AGE,
    RETURN_SHARE,
    CANCEL_RATE,
    FEATURE_SHARE,
    DEFECT_SHARE,
    RISK_SHARE,
    DEBT_SHARE,
)
"""How work flows (definitions 2)."""
METRICS: tuple[Metric, ...] = (*DELIVERY, *FLOW)

__all__ = ["CHANGE_LEAD_TIME", "DELIVERY", "FLOW", "FLOW_TIME", "METRICS", "Metric"]
