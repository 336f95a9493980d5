"""What is measured: the list of metrics."""

from streamgauge.metrics.batch_size import BATCH_SIZE
from streamgauge.metrics.change_fail_rate import CHANGE_FAIL_RATE
from streamgauge.metrics.change_lead_time import CHANGE_LEAD_TIME
from streamgauge.metrics.deployment_frequency import DEPLOYMENT_FREQUENCY
from streamgauge.metrics.deployment_rework_rate import DEPLOYMENT_REWORK_RATE
from streamgauge.metrics.failed_deployment_recovery_time import FAILED_DEPLOYMENT_RECOVERY_TIME
from streamgauge.metrics.metric import Metric
from streamgauge.metrics.revert_share import REVERT_SHARE
from streamgauge.metrics.time_between_deployments import TIME_BETWEEN_DEPLOYMENTS
from streamgauge.metrics.undeployed_changes import UNDEPLOYED_CHANGES

METRICS: tuple[Metric, ...] = (
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

__all__ = ["CHANGE_LEAD_TIME", "METRICS", "Metric"]
