"""Facts as they would have been: computed from records as known on a past day, kept nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pyarrow as pa

from streamgauge.lake import View

AT_ONCE = 20
"""Of so many services or repositories what facts are made of is held in memory at a time."""


def hold(view: View, repositories: Sequence[str]) -> None:
    """Hold what facts about delivery are made of, for a few repositories: each service then asks for its own."""
    for name in ("releases", "commits", "branches", "diffstats"):
        sql = f"SELECT * FROM {name} WHERE repository IN (SELECT unnest($repositories))"
        view.register(name, view.query(sql, {"repositories": list(repositories)}))


class Rehearsal:
    """Takes facts like a writer, and shows them to one view only. Facts of other lines stay as the view had them."""

    def __init__(self, past: View, schemas: Mapping[str, pa.Schema], kept: Sequence[str]) -> None:
        self._past = past
        self._facts: dict[str, pa.Table] = {}
        for name in schemas:
            stays = past.query(f"SELECT * FROM {name} WHERE line_id IN (SELECT unnest($kept))", {"kept": list(kept)})
            self._put(name, stays.cast(schemas[name]))

    @property
    def facts(self) -> Mapping[str, pa.Table]:
        """What it holds now, by name."""
        return self._facts

    def _put(self, name: str, table: pa.Table) -> None:
        self._facts[name] = table
        self._past.register(name, table)

    @contextmanager
    def view(self) -> Iterator[View]:
        """Give the view, which stays open."""
        yield self._past

    def replace_facts(self, name: str, lines: Sequence[str], table: pa.Table) -> None:
        """Put these rows in the place of those that the lines held."""
        import pyarrow.compute as pc

        former = self._facts[name]
        others = former.filter(pc.invert(pc.is_in(former["line_id"], value_set=pa.array(list(lines), pa.string()))))
        self._put(name, pa.concat_tables([others, table.cast(former.schema)]))

    def renew_facts(self, line: str, items: pa.Array, found: Mapping[str, pa.Table]) -> None:
        """Put the rows of each fact in the place of all that these items of one line held there."""
        import pyarrow.compute as pc

        for name, rows in found.items():
            former = self._facts[name]
            is_renewed = pc.and_(pc.equal(former["line_id"], line), pc.is_in(former["item"], value_set=items))
            self._put(name, pa.concat_tables([former.filter(pc.invert(is_renewed)), rows.cast(former.schema)]))

    def parts(self, rows: int, *, is_plain: bool) -> int:  # noqa: ARG002  a shelf's shape
        """Return 1: what is rehearsed is held in memory as a whole."""
        return 1

    def append_facts(self, name: str, table: pa.Table) -> None:
        """Add rows."""
        self._put(name, pa.concat_tables([self._facts[name], table.cast(self._facts[name].schema)]))
