"""Deployments of GitHub, with the states that each came to where they are there, and these states alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from streamgauge.records import Deployment
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, in_order, listed, moment, places, text_of
from streamgauge.sources.files.payloads.tiers import tier_of

_OUTCOMES = {"success": "success", "active": "success", "failure": "failed", "error": "failed"}
_STATES = ("statuses", "statuses.nodes", "statuses.edges", "deployment_statuses")


def _outcome(states: Sequence[dict[str, Any]]) -> Fields:
    """Return how a deployment ended: its first success, else the last failure; later ones put it out of use."""
    told = [
        (text_of(one, "createdAt") or text_of(one, "created_at") or "", (text_of(one, "state") or "").casefold())
        for one in states
    ]
    ends = [(at, _OUTCOMES[state]) for at, state in sorted(told, key=_when) if state in _OUTCOMES]
    good = [end for end in ends if end[1] == "success"]
    if not ends:
        return {"outcome": None, "finished_at": None}
    at, outcome = good[0] if good else ends[-1]
    return {"outcome": outcome, "finished_at": at or None}


def _when(told: tuple[str, str]) -> datetime:
    return moment(told[0])


def _where(row: Flat) -> Fields:
    environment = first(row, "environment", "latestEnvironment", "original_environment")
    is_production = row.get("production_environment") == "true"
    repository = places(first(row, "repository_url", "url", "repository.url"))
    named = repository[repository.index("repos") + 2 :] if "repos" in repository[:-2] else []
    return {
        "environment": environment,
        "tier": "production" if is_production else tier_of(environment),
        "service": first(row, "repository.name") or (named[0] if named else None),
        "kind": "normal",
    }


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    states = listed(row, *_STATES)
    latest = first(row, "latestStatus.state", "latest_status.state")
    if not states and latest:
        at = first(row, "latestStatus.createdAt", "latest_status.created_at")
        states = [{"state": latest, "createdAt": at}]
    if not states:
        states = [{"state": first(row, "state"), "createdAt": first(row, "updatedAt", "updated_at")}]
    return {**_where(row), **_outcome(states)}


def _read_states(rows: Sequence[Flat]) -> Fields:
    """Return one deployment of its states alone."""
    began = in_order(first(row, "created_at") for row in rows)
    return {
        **_where(rows[0]),
        **_outcome([{"state": row.get("state"), "created_at": row.get("created_at")} for row in rows]),
        "id": next(reversed(places(first(rows[0], "deployment_url"))), None),
        "started_at": began[0] if began else None,
    }


GITHUB_DEPLOYMENTS = Payload(
    title="deployments of GitHub",
    makes=Deployment,
    marks=(
        frozenset(("statuses_url", "sha", "environment", "created_at")),
        frozenset(("environment", "createdAt", "commitOid")),
        frozenset(("environment", "createdAt", "latestStatus.state")),
        frozenset(("environment", "createdAt", "statuses.nodes")),
    ),
    fields={
        "id": ("databaseId", "id"),
        "url": ("html_url",),
        "commit": ("sha", "commitOid", "commit.oid"),
        "started_at": ("created_at", "createdAt"),
    },
    read=_read,
    note=(
        "A deployment whose states are not in the file has no outcome, and is counted nowhere: GitHub answers them at"
        " its statuses_url (put them into each as 'statuses')."
    ),
)
GITHUB_DEPLOYMENT_STATES = Payload(
    title="states of GitHub's deployments, each deployment with all of its own",
    makes=Deployment,
    marks=(frozenset(("deployment_url", "state", "created_at", "environment")),),
    by="deployment_url",
    read=_read_states,
    note="They name no commits: the list of deployments, each with its states as 'statuses', tells these too.",
)
