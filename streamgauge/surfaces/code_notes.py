"""What the numbers about code rest on, in words."""

from streamgauge.answers.code_report import CodeReport


def code_notes(answer: CodeReport) -> list[str]:
    """Return a sentence for each thing that a reader of the numbers must know."""
    q = answer.data_quality
    merged = any(one.metric == "unreviewed_share" and one.n for one in answer.measures)
    said = [f"A delivery is known by {q.deliveries}."] * bool(q.deliveries)
    said += ["No delivery of this code is known, so neither is its lead time."] * (merged and not q.deliveries)
    said += [f"{q.machines:,} merged pull requests of machines count nowhere."] * bool(q.machines)
    said += [f"{q.impossible:,} have instants in an impossible order and count nowhere."] * bool(q.impossible)
    said += [f"Of {q.without_commits:,} merged pull requests no commit is known."] * bool(q.without_commits)
    said += [f"{q.start_clamped:,} begin with their creation: a commit's time cannot be true."] * bool(q.start_clamped)
    said += [f"{q.without_item:,} name no work item of the lake, so no team."] * bool(q.without_item)
    return said
