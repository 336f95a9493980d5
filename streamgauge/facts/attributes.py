"""What a field of a work item held, and from when until when, so that a fact is told by the value of its day."""

HELD = """
SELECT t.repository, t.item, t.field, t.value, t.happened_at AS since,
       lead(t.happened_at) OVER (PARTITION BY t.repository, t.item, t.field ORDER BY t.happened_at, t.id) AS until
FROM transitions AS t
"""
"""One row per value of a field, valid in `[since, until)`; `until` is null for the value that still holds.

A later relabelling does not rewrite history: what finished is told by the value at its finish, what is in progress by
the value of each day (definitions 0.2).
"""
