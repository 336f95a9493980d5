"""Which span of an item holds at an instant, for many items and instants at once, outside of the engine."""

import numpy as np

from streamgauge.facts.ways import NEVER, NONE, Numbers, starts_of

Span = tuple[Numbers, Numbers]
"""The beginnings and the ends of spans, microseconds since 1970 in UTC."""


def holding(of: Numbers, since: Numbers, until: Numbers, item: Numbers, at: Numbers) -> Numbers:
    """Return for each item and instant the place of the span `[since, until)` of this item that holds then, else NONE.

    `of` are the items of the spans, codes as in `item`, NONE for others. Instants are microseconds since 1970 in UTC; a
    `since` of NEVER had no beginning, an `until` of NEVER has no end. Spans of one item do not overlap.
    """
    found = np.full(len(item), NONE, np.int64)
    spans = np.flatnonzero((of != NONE) & ((until == NEVER) | (until > since)))
    has = np.zeros(int(item.max(initial=-1)) + 1, np.bool_)
    has[of[spans][of[spans] < len(has)]] = True
    asked = np.flatnonzero(has[item])
    if not len(asked):
        return found
    whose, when = np.concatenate([of[spans], item[asked]]), np.concatenate([since[spans], at[asked]])
    is_asked = np.arange(len(whose)) >= len(spans)
    order = np.lexsort((is_asked, when, whose))
    last = np.maximum.accumulate(np.where(is_asked[order], NONE, np.arange(len(order))))
    last[last < np.maximum.accumulate(np.where(starts_of(whose[order]), np.arange(len(order)), 0))] = NONE
    asks = is_asked[order] & (last != NONE)
    span, row = spans[order[last[asks]]], asked[order[asks] - len(spans)]
    lasts = (until[span] == NEVER) | (until[span] > at[row])
    found[row[lasts]] = span[lasts]
    return found


def overlaps(of: Numbers, spans: Span, item: Numbers, stays: Span) -> tuple[Numbers, Numbers, Numbers]:
    """Return each stay and span of one item that overlap, by their places, and how many microseconds they do.

    `of` are the items of the spans, codes as in `item`, NONE for others; `item`, that of each stay, rises.
    """
    (since, until), (entered, left) = spans, stays
    first = np.searchsorted(item, of)
    many = np.where(of == NONE, 0, np.searchsorted(item, of, side="right") - first)
    span = np.repeat(np.arange(len(of)), many)
    stay = np.arange(len(span)) + np.repeat(first - np.cumsum(many) + many, many)
    meet = np.flatnonzero((since[span] < left[stay]) & (until[span] > entered[stay]))
    span, stay = span[meet], stay[meet]
    return stay, span, np.minimum(left[stay], until[span]) - np.maximum(entered[stay], since[span])
