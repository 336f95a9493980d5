"""Raw answers of tools' interfaces: the list of those that are known.

What the interfaces of tools answer, saved as it came, is imported without an option: `streamgauge import runs.json`. It
may be one list, an object around it, one thing alone, or pages: one after another, one a line, or as a list (`gh api
--paginate`, with `--slurp` or without). Known is an answer by its keys, whatever the file is called; the import says
so. `--map` or another `--as` sets that aside, `--set` gives what no key tells. Any other JSON is read as
[import files](import.md) says.

What holds no work, such as a list of people, webhooks, check suites, projects, sprints or settings, is refused with a
word of what it seems to be; people never become items. Where each row is work all the same, `--as item` says so.

A board of Trello that was exported whole is read too: its cards, and the lists that each came to by its actions.
"""

from streamgauge.sources.files.payloads.asana_tasks import ASANA_TASKS
from streamgauge.sources.files.payloads.azure_builds import AZURE_BUILDS
from streamgauge.sources.files.payloads.azure_pull_requests import AZURE_PULL_REQUESTS
from streamgauge.sources.files.payloads.clickup_tasks import CLICKUP_TASKS
from streamgauge.sources.files.payloads.datadog_incidents import DATADOG_INCIDENTS
from streamgauge.sources.files.payloads.github_deployments import GITHUB_DEPLOYMENT_STATES, GITHUB_DEPLOYMENTS
from streamgauge.sources.files.payloads.github_issue_events import GITHUB_ISSUE_EVENTS
from streamgauge.sources.files.payloads.github_issues import GITHUB_ISSUES
from streamgauge.sources.files.payloads.github_jobs import GITHUB_JOBS
from streamgauge.sources.files.payloads.github_projects import GITHUB_PROJECTS
from streamgauge.sources.files.payloads.github_pull_requests import GITHUB_PULL_REQUESTS
from streamgauge.sources.files.payloads.github_reviews import GITHUB_REVIEWS
from streamgauge.sources.files.payloads.github_runs import GITHUB_RUNS
from streamgauge.sources.files.payloads.gitlab_deployments import GITLAB_DEPLOYMENTS
from streamgauge.sources.files.payloads.gitlab_events import GITLAB_LABEL_EVENTS, GITLAB_STATE_EVENTS
from streamgauge.sources.files.payloads.gitlab_jobs import GITLAB_JOBS
from streamgauge.sources.files.payloads.gitlab_merge_requests import GITLAB_MERGE_REQUESTS
from streamgauge.sources.files.payloads.gitlab_pipelines import GITLAB_PIPELINES
from streamgauge.sources.files.payloads.incident_io import INCIDENT_IO
from streamgauge.sources.files.payloads.jenkins_builds import JENKINS_BUILDS
from streamgauge.sources.files.payloads.jira_changelogs import JIRA_CHANGELOGS
from streamgauge.sources.files.payloads.jira_requests import JIRA_REQUESTS
from streamgauge.sources.files.payloads.pagerduty_incidents import (
    PAGERDUTY_ANALYSIS,
    PAGERDUTY_INCIDENTS,
    PAGERDUTY_LOG,
)
from streamgauge.sources.files.payloads.payload import Payload
from streamgauge.sources.files.payloads.servicenow_metrics import SERVICENOW_METRICS
from streamgauge.sources.files.payloads.shortcut_stories import SHORTCUT_STORIES
from streamgauge.sources.files.payloads.statuspage_incidents import STATUSPAGE_INCIDENTS
from streamgauge.sources.files.payloads.youtrack import YOUTRACK_CHANGES, YOUTRACK_ISSUES

PAYLOADS: tuple[Payload, ...] = (
    # work
    JIRA_REQUESTS,
    JIRA_CHANGELOGS,
    SERVICENOW_METRICS,
    YOUTRACK_ISSUES,
    YOUTRACK_CHANGES,
    ASANA_TASKS,
    CLICKUP_TASKS,
    SHORTCUT_STORIES,
    GITHUB_ISSUES,
    GITHUB_ISSUE_EVENTS,
    GITHUB_PROJECTS,
    GITLAB_STATE_EVENTS,
    GITLAB_LABEL_EVENTS,
    # code
    GITHUB_PULL_REQUESTS,
    GITHUB_REVIEWS,
    GITLAB_MERGE_REQUESTS,
    AZURE_PULL_REQUESTS,
    # delivery
    GITHUB_RUNS,
    GITHUB_JOBS,
    GITLAB_PIPELINES,
    GITLAB_JOBS,
    AZURE_BUILDS,
    JENKINS_BUILDS,
    GITHUB_DEPLOYMENTS,
    GITHUB_DEPLOYMENT_STATES,
    GITLAB_DEPLOYMENTS,
    # operation
    PAGERDUTY_INCIDENTS,
    PAGERDUTY_ANALYSIS,
    PAGERDUTY_LOG,
    DATADOG_INCIDENTS,
    STATUSPAGE_INCIDENTS,
    INCIDENT_IO,
)
"""Every answer that is known, by family; the first that fits a table counts."""

__all__ = ["PAYLOADS", "Payload"]
