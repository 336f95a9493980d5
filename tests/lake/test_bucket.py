"""A lake in a bucket, tried against a stand-in for S3 on this machine."""

import threading

import pytest

from streamgauge.errors import BadOption, ForeignLake, LakeLocked, StoreUnreachable
from streamgauge.lake import bucket_lease
from streamgauge.lake.bucket import BucketStore
from streamgauge.records import Branch
from tests.kit import s3
from tests.lake.other_writer import LINES, expected_ids, facts_follow, step
from tests.lake.rows import branches, count, day, heads, lake_at, shipped


@pytest.fixture(scope="module")
def endpoint():
    with s3.stand_in() as address:
        yield address


@pytest.fixture
def place(endpoint, monkeypatch, tmp_path, request):
    s3.allow(monkeypatch, endpoint, tmp_path)
    return f"{s3.BUCKET}/{request.node.name}"


def test_runs_are_kept_read_merged_and_verified(place, tmp_path):
    lake = lake_at(place)
    step(place, 0)
    step(place, 1)
    with lake.writing() as writer:
        writer.vanish(Branch, "r", ["b00000"], day(5))
        writer.replace_facts("shipped", ["00"], shipped("00", ""))
    with lake.view() as view:
        assert set(heads(view)) == expected_ids(1)
        assert count(view, "shipped") == LINES * len(expected_ids(1))
    lake.compact()
    with lake.view() as view, lake.view(as_of=day(4)) as before:
        assert set(heads(view)) == expected_ids(1) - {"b00000"}
        assert set(heads(before)) == expected_ids(1)
        assert count(view, "shipped") == LINES * len(expected_ids(1))
    assert lake.verify((facts_follow,)) == []
    assert lake_at(place).pseudonym_key == lake.pseudonym_key


def test_a_copy_that_was_cut_short_is_fetched_again(place, tmp_path):
    lake = lake_at(place)
    step(place, 0)
    with lake.view() as view:
        assert count(view, "branches") == 60
    copies = list((tmp_path / "cache").rglob("branches/*.parquet"))
    assert len(copies) == 2
    copies[0].write_bytes(b"")
    with lake_at(place).view() as view:
        assert count(view, "branches") == 60


def test_two_writers_at_once_lose_and_double_nothing(place):
    lake_at(place)
    faults = []

    def work(worker):
        try:
            for turn in range(2):
                with lake_at(place).writing() as writer:
                    writer.append(Branch, branches([f"b{turn}", f"b{turn + 1}", f"w{worker}{turn}"], day(worker)))
                    writer.publish({f"{worker}": f"{turn}"})
        except BaseException as fault:  # noqa: BLE001 - raised again by the test
            faults.append(fault)

    threads = [threading.Thread(target=work, args=[n]) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    lake = lake_at(place)
    with lake.view() as view:
        assert set(heads(view)) == {"b0", "b1", "b2", "w00", "w01", "w10", "w11"}
        assert count(view, "branches_history") == 7
    assert lake.snapshot().cursors == {"0": "1", "1": "1"}


def test_a_lease_that_is_not_renewed_is_taken_over_and_its_former_holder_notices(place, monkeypatch):
    monkeypatch.setattr(bucket_lease, "SECONDS", 0.5)
    monkeypatch.setattr(bucket_lease.BucketLease, "keep", lambda _: None)
    store = BucketStore(place)
    with store.lease(1) as dead, store.lease(5) as alive:
        alive.check()
        with pytest.raises(LakeLocked, match="lost"):
            dead.check()


def test_a_lease_that_is_renewed_is_kept(place, monkeypatch):
    monkeypatch.setattr(bucket_lease, "SECONDS", 0.6)
    store = BucketStore(place)
    with store.lease(1) as kept:
        with pytest.raises(LakeLocked, match="Process"), store.lease(2):
            pass
        kept.check()
    with store.lease(0):
        pass


def test_a_bucket_with_something_else_under_the_prefix_is_refused(place):
    BucketStore(place).create("thesis.tex", b"x")
    with pytest.raises(ForeignLake, match="not a Streamgauge lake"):
        lake_at(place)


@pytest.mark.parametrize(
    "address", ["s3://", "s3://stand-in", "s3://stand-in/", "s3://stand-in/a b", "s3://b/a[1]?x=y"]
)
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(BadOption, match="is not understood"):
        lake_at(address)


def test_a_bucket_that_does_not_exist_is_told(place):
    with pytest.raises(ForeignLake, match="no such bucket"):
        lake_at("s3://missing-bucket/lake")


def test_a_store_that_does_not_answer_is_told_without_secrets(place, monkeypatch):
    lake = lake_at(place)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://name:word@127.0.0.1:9")
    monkeypatch.setattr("streamgauge.lake.bucket.RETRIES", 0)
    for attempt in (lambda: lake_at(place), lambda: lake_at(place).view()):
        with pytest.raises(StoreUnreachable) as error:
            attempt()
        assert s3.SECRET not in str(error.value)
        assert "word" not in str(error.value)
    assert lake.id
