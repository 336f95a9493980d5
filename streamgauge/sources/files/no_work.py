"""Tables of what is no work, as interfaces answer it beside the work: people, webhooks, projects, boards and the like.

Nearly all of it has a key and a name, and much of it a state, so that it would pass for items.
"""

from collections.abc import Mapping, Sequence, Set

from streamgauge.errors import BadOption
from streamgauge.sources.files.vocabulary import bare

_ALLOWED = (
    "Import takes work items and their changes, pull requests, reviews, runs, deployments, incidents and what else"
    " `streamgauge records` lists."
)
_PEOPLE = (
    "login avatarurl",
    "login siteadmin",
    "login fullname",
    "username avatarurl",
    "username useremail",
    "username name email -status",
    "userid username email",
    "accountid accounttype displayname",
    "accountid displayname -status -type",
    "emailaddress displayname -status -type",
    "name displayname email -status -type",
    "principalname descriptor",
    "isteamadmin",
    "identity.displayname identity.uniquename",
    "profile.emailaddress profile.mentionname",
    "name email jobtitle",
    "name email timezone -status",
    "name email enabled -status",
    "user.fullname user.absoluteurl",
)
"""Columns, bare, that a table of people has, and behind a dash those of which it has none."""
_NAMED_IN_PARTS = frozenset(("username", "firstname", "lastname"))
_OF_WORK = frozenset(
    (
        *("title", "summary", "subject", "titel", "betreff", "titre", "sujet", "titulo", "titolo", "issuekey"),
        *("shortdescription", "issue", "ticket"),
    )
)
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "webhooks": (
        "events config.url",
        "events jqlFilter",
        "events excludeBody",
        "push_events enable_ssl_verification",
        "push_events alert_status",
        "publisherId consumerId eventType",
    ),
    "check suites": ("check_runs_url head_sha", "check_suite_url head_sha latest_check_runs_count"),
    "states of commits": ("state context target_url", "status sha ref allow_failure target_url"),
    "repositories or projects": (
        "full_name default_branch",
        "path_with_namespace default_branch",
        "key name projectTypeKey",
        "name state revision visibility",
        "name remoteUrl defaultBranch",
    ),
    "commits": ("short_id author_email message",),
    "branches": ("name commit.sha protected", "name commit.id protected"),
    "labels": ("name color default", "name color text_color"),
    "milestones": ("title open_issues closed_issues", "title due_date start_date expired"),
    "sprints": ("name state originBoardId", "name path attributes.timeFrame", "title sequence start_date due_date"),
    "boards": (
        "name type location.projectKey",
        "name type location.displayName",
        "name self type -status -key -email -summary",
    ),
    "versions": ("name released archived",),
    "runners": ("name os status busy", "status online runner_type", "name status agentCloudId"),
    "teams": ("name slug members_url", "name slug privacy permission"),
    "workflows, not their runs": ("name path state badge_url",),
    "files that runs made": ("name archive_download_url",),
    "environments": ("name slug external_url state", "name protection_rules html_url"),
    "keys to a tool": ("name scopes revoked", "title key read_only"),
    "statuses of a workflow": ("name statusCategory.key", "name type position -status -state"),
    "types of work": ("name subtask hierarchyLevel", "name subtask avatarId", "name referenceName icon.id"),
    "priorities": ("name statusColor iconUrl",),
    "fields": ("name clauseNames", "name referenceName readOnly"),
    "searches that were kept": ("name jql",),
    "records of a tool's own audit": ("summary category remoteAddress", "entity_type entity_id details.target_type"),
    "services": ("name acknowledgement_timeout auto_resolve_timeout",),
    "rules of whom to call": ("name escalation_rules", "name schedule_layers", "schedule.id escalation_policy.id"),
    "areas and iterations": ("name structureType hasChildren",),
    "levels of backlogs": ("name rank workItemCountLimit",),
    "settings of PagerDuty": ("type summary self html_url -urgency",),
    "changes of work items, none of them of the state": ("workItemId rev revisedDate -fields.System.State.newValue",),
    "alerts about security": (
        "most_recent_instance.ref state",
        "state security_advisory.ghsa_id",
        "state secret_type",
    ),
}
"""What else answers hold, and columns by which each is known; behind a dash those that it has not."""


def refuse(columns: Sequence[str], *, is_answer: bool, is_log: bool = False) -> None:
    """Raise BadOption where a table that nobody says anything of holds people, or as an answer other than work.

    Each row of a log may name somebody who did something, which makes no people of its cases.
    """
    if not is_log and (mark := _people({_bare(column) for column in columns})):
        raise BadOption(
            f"The table seems to hold people, by {_shown(columns, mark)}: these are no work items, and nothing of them"
            " was kept.",
            advice=f"{_ALLOWED} Ask the tool for its issues, or for what else holds work, and import that.",
        )
    if is_answer and (other := _other(set(columns))):
        what, mark = other
        raise BadOption(
            f"The table seems to hold {what}, by {_shown(columns, mark)}: these are no work items, and nothing of them"
            " was kept.",
            advice=f"{_ALLOWED} Ask the tool for its issues, or for what else holds work, and import that. If each row"
            " is work all the same, say --as item.",
        )


def _people(found: Set[str]) -> Set[str]:
    """Return the columns, bare, by which a table is one of people; none where it is not."""
    if found >= _NAMED_IN_PARTS and not found & (_OF_WORK - {"title"}):
        return _NAMED_IN_PARTS
    if found & _OF_WORK:
        return frozenset()
    return next((has for mark in _PEOPLE if (has := _told(found, mark))), frozenset())


def _other(columns: Set[str]) -> tuple[str, Set[str]] | None:
    """Return what a table holds that is no work, and by which columns that is known; null for anything else."""
    told = ((what, _told(columns, mark)) for what, marks in _OTHERS.items() for mark in marks)
    return next((one for one in told if one[1]), None)


def _told(found: Set[str], mark: str) -> Set[str]:
    """Return the columns of a mark where all of them are there, and none that is not to be; else none."""
    words = mark.split()
    has = frozenset(word for word in words if not word.startswith("-"))
    return has if has <= found and not any(word[1:] in found for word in words if word.startswith("-")) else frozenset()


def _shown(columns: Sequence[str], mark: Set[str]) -> str:
    return ", ".join(f"'{column}'" for column in columns if column in mark or _bare(column) in mark)


def _bare(column: str) -> str:
    """Return a column in small letters and digits, with the dots of its path: `user.name` is another's name."""
    return ".".join(map(bare, column.split(".")))
