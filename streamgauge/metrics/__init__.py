"""What is measured: the list of metrics."""

from streamgauge.metrics.activity_ratio import ACTIVITY_RATIO
from streamgauge.metrics.age_percentile import AGE_PERCENTILE
from streamgauge.metrics.batch_size import BATCH_SIZE
from streamgauge.metrics.blocked_items import BLOCKED_ITEMS
from streamgauge.metrics.blocked_time_share import BLOCKED_TIME_SHARE
from streamgauge.metrics.build_duration import BUILD_DURATION
from streamgauge.metrics.build_queue_time import BUILD_QUEUE_TIME
from streamgauge.metrics.build_success_rate import BUILD_SUCCESS_RATE
from streamgauge.metrics.cancel_rate import CANCEL_RATE
from streamgauge.metrics.cancelled_case_share import CANCELLED_CASE_SHARE
from streamgauge.metrics.case_duration import CASE_DURATION
from streamgauge.metrics.case_efficiency import CASE_EFFICIENCY
from streamgauge.metrics.chance_to_keep import CHANCE_TO_KEEP
from streamgauge.metrics.change_fail_rate import CHANGE_FAIL_RATE
from streamgauge.metrics.change_lead_time import CHANGE_LEAD_TIME
from streamgauge.metrics.code_churn import CODE_CHURN
from streamgauge.metrics.coding_time import CODING_TIME
from streamgauge.metrics.complete_and_accurate import COMPLETE_AND_ACCURATE
from streamgauge.metrics.conformance import CONFORMANCE
from streamgauge.metrics.constraint_probability import CONSTRAINT_PROBABILITY
from streamgauge.metrics.cycle_time import CYCLE_TIME
from streamgauge.metrics.cycle_time_between import CYCLE_TIME_BETWEEN
from streamgauge.metrics.cycle_time_working import CYCLE_TIME_WORKING
from streamgauge.metrics.debt_share import DEBT_SHARE
from streamgauge.metrics.debt_time_share import DEBT_TIME_SHARE
from streamgauge.metrics.defect_share import DEFECT_SHARE
from streamgauge.metrics.defect_time_share import DEFECT_TIME_SHARE
from streamgauge.metrics.deployment_frequency import DEPLOYMENT_FREQUENCY
from streamgauge.metrics.deployment_rework_rate import DEPLOYMENT_REWORK_RATE
from streamgauge.metrics.effective_initiatives import EFFECTIVE_INITIATIVES
from streamgauge.metrics.failed_deployment_recovery_time import FAILED_DEPLOYMENT_RECOVERY_TIME
from streamgauge.metrics.feature_share import FEATURE_SHARE
from streamgauge.metrics.feature_time_share import FEATURE_TIME_SHARE
from streamgauge.metrics.first_attempt_success_rate import FIRST_ATTEMPT_SUCCESS_RATE
from streamgauge.metrics.first_pass_yield import FIRST_PASS_YIELD
from streamgauge.metrics.flake_rate import FLAKE_RATE
from streamgauge.metrics.flow_debt import FLOW_DEBT
from streamgauge.metrics.flow_efficiency import FLOW_EFFICIENCY
from streamgauge.metrics.flow_load import FLOW_LOAD
from streamgauge.metrics.flow_time import FLOW_TIME
from streamgauge.metrics.flow_time_working import FLOW_TIME_WORKING
from streamgauge.metrics.flow_velocity import FLOW_VELOCITY
from streamgauge.metrics.handoff_bounces import HANDOFF_BOUNCES
from streamgauge.metrics.handoff_friction import HANDOFF_FRICTION
from streamgauge.metrics.handoff_rework import HANDOFF_REWORK
from streamgauge.metrics.handoff_wait import HANDOFF_WAIT
from streamgauge.metrics.handoff_wait_mean import HANDOFF_WAIT_MEAN
from streamgauge.metrics.initiatives_per_team import INITIATIVES_PER_TEAM
from streamgauge.metrics.item_efficiency import ITEM_EFFICIENCY
from streamgauge.metrics.merge_time import MERGE_TIME
from streamgauge.metrics.merged_not_delivered import MERGED_NOT_DELIVERED
from streamgauge.metrics.metric import Metric
from streamgauge.metrics.move_wait import MOVE_WAIT
from streamgauge.metrics.moves import MOVES
from streamgauge.metrics.open_pull_requests import OPEN_PULL_REQUESTS
from streamgauge.metrics.pickup_time import PICKUP_TIME
from streamgauge.metrics.ping_pong_share import PING_PONG_SHARE
from streamgauge.metrics.process_time import PROCESS_TIME
from streamgauge.metrics.pull_request_lead_time import PULL_REQUEST_LEAD_TIME
from streamgauge.metrics.pull_request_size import PULL_REQUEST_SIZE
from streamgauge.metrics.queue_before import QUEUE_BEFORE
from streamgauge.metrics.red_time_share import RED_TIME_SHARE
from streamgauge.metrics.release_wait import RELEASE_WAIT
from streamgauge.metrics.request_lead_time import REQUEST_LEAD_TIME
from streamgauge.metrics.return_share import RETURN_SHARE
from streamgauge.metrics.revert_share import REVERT_SHARE
from streamgauge.metrics.review_depth import REVIEW_DEPTH
from streamgauge.metrics.review_time import REVIEW_TIME
from streamgauge.metrics.review_to_merge_time import REVIEW_TO_MERGE_TIME
from streamgauge.metrics.risk_share import RISK_SHARE
from streamgauge.metrics.risk_time_share import RISK_TIME_SHARE
from streamgauge.metrics.rolled_complete_and_accurate import ROLLED_COMPLETE_AND_ACCURATE
from streamgauge.metrics.service_level_expectation import SERVICE_LEVEL_EXPECTATION
from streamgauge.metrics.stage_departures import STAGE_DEPARTURES
from streamgauge.metrics.stage_handovers import STAGE_HANDOVERS
from streamgauge.metrics.stage_items import STAGE_ITEMS
from streamgauge.metrics.stage_lead_time import STAGE_LEAD_TIME
from streamgauge.metrics.stage_lead_time_working import STAGE_LEAD_TIME_WORKING
from streamgauge.metrics.stage_pace import STAGE_PACE
from streamgauge.metrics.stage_queue import STAGE_QUEUE
from streamgauge.metrics.stage_wait import STAGE_WAIT
from streamgauge.metrics.teams_per_item import TEAMS_PER_ITEM
from streamgauge.metrics.time_at_wip_limit import TIME_AT_WIP_LIMIT
from streamgauge.metrics.time_between_deployments import TIME_BETWEEN_DEPLOYMENTS
from streamgauge.metrics.time_to_fix_red import TIME_TO_FIX_RED
from streamgauge.metrics.touch_time import TOUCH_TIME
from streamgauge.metrics.undeployed_changes import UNDEPLOYED_CHANGES
from streamgauge.metrics.unreviewed_share import UNREVIEWED_SHARE
from streamgauge.metrics.way_items import WAY_ITEMS
from streamgauge.metrics.ways_through import WAYS_THROUGH
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
    FLOW_TIME_WORKING,
    CYCLE_TIME_WORKING,
    CYCLE_TIME_BETWEEN,
    REQUEST_LEAD_TIME,
    FLOW_EFFICIENCY,
    ITEM_EFFICIENCY,
    FLOW_LOAD,
    WORK_ITEM_AGE,
    RETURN_SHARE,
    CANCEL_RATE,
    FEATURE_SHARE,
    DEFECT_SHARE,
    RISK_SHARE,
    DEBT_SHARE,
    FEATURE_TIME_SHARE,
    DEFECT_TIME_SHARE,
    RISK_TIME_SHARE,
    DEBT_TIME_SHARE,
    BLOCKED_TIME_SHARE,
    PING_PONG_SHARE,
    TEAMS_PER_ITEM,
    CONFORMANCE,
    FLOW_DEBT,
    TIME_AT_WIP_LIMIT,
    INITIATIVES_PER_TEAM,
    EFFECTIVE_INITIATIVES,
)
"""How work flows (definitions 2)."""
CODE: tuple[Metric, ...] = (
    CODING_TIME,
    PICKUP_TIME,
    REVIEW_TIME,
    MERGE_TIME,
    RELEASE_WAIT,
    PULL_REQUEST_LEAD_TIME,
    REVIEW_TO_MERGE_TIME,
    UNREVIEWED_SHARE,
    REVIEW_DEPTH,
    PULL_REQUEST_SIZE,
    OPEN_PULL_REQUESTS,
    MERGED_NOT_DELIVERED,
    BUILD_SUCCESS_RATE,
    FIRST_ATTEMPT_SUCCESS_RATE,
    FLAKE_RATE,
    BUILD_DURATION,
    BUILD_QUEUE_TIME,
    TIME_TO_FIX_RED,
    RED_TIME_SHARE,
    CODE_CHURN,
)
"""How pull requests and pipelines go (definitions 3)."""
MAP: tuple[Metric, ...] = (
    PROCESS_TIME,
    TOUCH_TIME,
    QUEUE_BEFORE,
    STAGE_LEAD_TIME,
    STAGE_LEAD_TIME_WORKING,
    COMPLETE_AND_ACCURATE,
    STAGE_ITEMS,
    STAGE_QUEUE,
    STAGE_DEPARTURES,
    STAGE_HANDOVERS,
    STAGE_PACE,
    STAGE_WAIT,
    CONSTRAINT_PROBABILITY,
    HANDOFF_WAIT,
    HANDOFF_WAIT_MEAN,
    HANDOFF_BOUNCES,
    HANDOFF_REWORK,
    HANDOFF_FRICTION,
    MOVES,
    MOVE_WAIT,
    WAYS_THROUGH,
    WAY_ITEMS,
    CASE_DURATION,
    CANCELLED_CASE_SHARE,
    FIRST_PASS_YIELD,
    ACTIVITY_RATIO,
    CASE_EFFICIENCY,
    ROLLED_COMPLETE_AND_ACCURATE,
    SERVICE_LEVEL_EXPECTATION,
    CHANCE_TO_KEEP,
    AGE_PERCENTILE,
    BLOCKED_ITEMS,
)
"""What the value stream map and its like say of a stage, a handoff, a move or a way (definitions 2.3 and 4)."""
METRICS: tuple[Metric, ...] = (*DELIVERY, *FLOW, *CODE, *MAP)

__all__ = [
    "BLOCKED_TIME_SHARE",
    "CHANCE_TO_KEEP",
    "CHANGE_LEAD_TIME",
    "CODE",
    "COMPLETE_AND_ACCURATE",
    "CONSTRAINT_PROBABILITY",
    "CYCLE_TIME_BETWEEN",
    "DELIVERY",
    "EFFECTIVE_INITIATIVES",
    "FLOW",
    "FLOW_LOAD",
    "FLOW_TIME",
    "INITIATIVES_PER_TEAM",
    "MAP",
    "METRICS",
    "ROLLED_COMPLETE_AND_ACCURATE",
    "SERVICE_LEVEL_EXPECTATION",
    "STAGE_ITEMS",
    "STAGE_PACE",
    "STAGE_WAIT",
    "Metric",
]
