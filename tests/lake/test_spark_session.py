"""A Spark that is gone, or has lost all its workers, keeps nobody waiting for ever, and its views serve nobody."""

from types import SimpleNamespace

import pytest

from streamgauge.errors import EngineUnreachable
from streamgauge.lake import spark_session
from tests.kit.board import item, write


class Cluster:
    """Stands for a Spark and for its context in Java: tells one look after the other how many it lists."""

    def __init__(self, *listed: int) -> None:
        self.listed = list(listed)
        self.stopped = False

    def getExecutorMemoryStatus(self) -> list[int]:  # noqa: N802  the name is Java's
        if not self.listed:
            raise ConnectionError("Java has ended")
        return Sized([0] * self.listed.pop(0))

    def isStopped(self) -> bool:  # noqa: N802
        return self.stopped

    def stop(self) -> None:
        self.stopped = True


class Sized(list[int]):
    """A list with Java's word for its length."""

    def size(self) -> int:
        return len(self)


@pytest.mark.parametrize(
    ("listed", "left", "stopped"),
    [((3, 1, 1, 1, 1, 1), 1, True), ((1, 1, 2, 1), 0, False)],
    ids=["all workers gone for long", "one comes back, and then Java ends"],
)
def test_a_spark_without_workers_is_stopped_after_a_while(monkeypatch, listed, left, stopped):
    clock = iter(range(0, 1000, 40))
    time = SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda _: None)
    monkeypatch.setattr(spark_session, "time", time)
    cluster = Cluster(*listed)
    spark_session._watch(cluster, cluster)
    assert (cluster.stopped, len(cluster.listed)) == (stopped, left)


def test_a_view_whose_engine_is_gone_is_not_kept_for_the_next_reader(tmp_path, monkeypatch):
    lake = write(tmp_path / "lake", [], [item("A", title="one")])

    def gone(*_):
        raise EngineUnreachable("The connection to Spark broke off.", advice="Run again.")

    with lake.view() as lost:
        monkeypatch.setattr(lost.engine, "query", gone)
        monkeypatch.setattr(lost.engine, "widen", gone)
        with pytest.raises(EngineUnreachable):
            lost.rows("SELECT id FROM items")
    with lake.view() as found:
        assert found.rows("SELECT id FROM items") == [{"id": "A"}]
