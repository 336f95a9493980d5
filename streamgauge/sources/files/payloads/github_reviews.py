"""Reviews of GitHub's pull requests."""

from collections.abc import Sequence

from streamgauge.records import Review
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, places


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    state = (first(row, "state") or "").casefold().replace("_", " ")
    if state == "pending":  # nobody but its writer can see it yet
        return []
    return [
        {
            "pull_request": next(reversed(places(first(row, "pull_request_url"))), None),
            "state": state or None,
            "is_bot": str(row.get("user.type") == "Bot").lower(),
        }
    ]


GITHUB_REVIEWS = Payload(
    title="reviews of GitHub's pull requests",
    makes=Review,
    marks=(frozenset(("id", "state", "submitted_at", "pull_request_url")),),
    fields={
        "id": ("id",),
        "url": ("html_url",),
        "reviewer": ("user.login",),
        "submitted_at": ("submitted_at",),
    },
    read=_read,
    note="With `--dataset` of the pull requests, which go by their number, they tell of these.",
)
