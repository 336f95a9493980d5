"""Raw commits are what git prints, whole and in any encoding, and no address of a person is among it."""

import io
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.errors import BrokenRepository
from streamgauge.sources.git import history
from streamgauge.sources.git.repository import Repository as Opened
from tests.kit import damaged, histories, hostile, places
from tests.kit.random_repository import History as Drawn
from tests.kit.random_repository import histories as drawn
from tests.kit.random_repository import write
from tests.kit.repository import Repository
from tests.sources.git.reading import NAMES, raw


@pytest.mark.parametrize("make", [*histories.HISTORIES, hostile.encodings, hostile.signs], ids=lambda f: f.__name__)
def test_each_commit_that_references_reach_is_there_once_with_its_parents(make: object, tmp_path: Path) -> None:
    repo: Repository = make(tmp_path / "repo")  # type: ignore[operator]
    found = raw(repo.path)
    lines = repo.text("rev-list", "--parents", "--branches", "--tags", "HEAD").splitlines()
    expected = {line.split(" ")[0]: line.split(" ")[1:] for line in lines}
    assert sorted(found["id"].to_pylist()) == sorted(expected)
    assert (
        dict(zip(found["id"].to_pylist(), [p.split() for p in found["parents"].to_pylist()], strict=True)) == expected
    )


def test_hashes_of_64_digits_are_read(tmp_path: Path) -> None:
    found = raw(places.sha256(tmp_path / "repo"))
    assert {len(sha) for sha in found["id"].to_pylist()} == {64}


@pytest.mark.parametrize(
    "make",
    [*places.PLACES, histories.mailmap, histories.strange_tags, damaged.tag_of_nothing],
    ids=lambda f: f.__name__,
)
def test_reading_while_references_are_listed_gives_the_same(make: object, tmp_path: Path) -> None:
    made = make(tmp_path / "repo")  # type: ignore[operator]
    opened = Opened(str(getattr(made, "path", made)))
    state, coming = history.whole(opened, NAMES)
    mailmap = state.mailmap if opened.bare else ""
    after = [*history.fetch(opened.path, state.tips, [], NAMES, mailmap=mailmap), history.RAW.empty_table()]
    meanwhile = pa.concat_tables([*coming, history.RAW.empty_table()])
    assert state == opened.state()
    assert meanwhile.sort_by("id").to_pylist() == pa.concat_tables(after).sort_by("id").to_pylist()


def test_what_changes_after_a_repository_was_opened_is_read(tmp_path: Path) -> None:
    repo = histories.mailmap(tmp_path / "repo")
    below = repo.text("rev-parse", "HEAD~1")
    steps = (repo.commit, lambda: repo.tag("new"), lambda: repo.drop_tag("new"), lambda: repo.detach(below))
    for step in steps:
        opened = Opened(str(repo.path))
        step()
        state, coming = history.whole(opened, NAMES)
        found = pa.concat_tables(coming)["id"].to_pylist()
        assert state == Opened(str(repo.path)).state()
        assert sorted(found) == sorted(repo.text("rev-list", "--branches", "--tags", "HEAD").split())


@pytest.mark.parametrize("block", [1, 7, 100, 1000])
def test_a_stream_cut_anywhere_gives_the_same_commits(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = hostile.encodings(tmp_path / "repo")
    whole = raw(repo.path)
    monkeypatch.setattr(history, "_BLOCK", block)
    assert raw(repo.path).combine_chunks().equals(whole.combine_chunks())


@given(
    records=st.lists(st.lists(st.text("ab\n ü", max_size=6), min_size=8, max_size=8), max_size=6),
    block=st.integers(1, 40),
)
def test_records_survive_any_cutting(records: list[list[str]], block: int) -> None:
    stream = "".join(f"{field}\0" for record in records for field in record).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "_BLOCK", block)
        assert cut(stream) == records


def test_a_record_that_git_broke_off_is_not_given() -> None:
    whole = "\0".join("abcdefgh") + "\0"
    for rest in ("x", "x\0y", "\0".join("abcdefg") + "\0half a message"):
        assert cut((whole + rest).encode()) == [list("abcdefgh")]


def test_a_missing_commit_stops_the_reading(tmp_path: Path) -> None:
    with pytest.raises(BrokenRepository):
        raw(damaged.missing_commit(tmp_path / "repo"))


def test_only_what_is_not_known_yet_is_read(tmp_path: Path) -> None:
    repo = histories.branchy(tmp_path / "repo")
    known = repo.text("rev-parse", "HEAD~1")
    found = [i for t in history.fetch(str(repo.path), [repo.head() or ""], [known], NAMES) for i in t["id"].to_pylist()]
    assert found == repo.text("rev-list", "HEAD", f"^{known}").splitlines()


def test_a_known_commit_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    repo = histories.linear(tmp_path / "repo")
    found = list(history.fetch(str(repo.path), [repo.head() or ""], ["0" * 39 + "1"], NAMES))
    assert sum(t.num_rows for t in found) == 14


def test_messages_in_every_encoding_become_text(tmp_path: Path) -> None:
    messages = raw(hostile.encodings(tmp_path / "repo").path)["message"].to_pylist()
    assert sum("Füge größere Äpfel hinzu" in m for m in messages) >= 3
    assert any("修正する" in m for m in messages)


def test_control_signs_in_messages_stay_within_their_commit(tmp_path: Path) -> None:
    repo = hostile.signs(tmp_path / "repo")
    found = dict(zip(*(raw(repo.path)[c].to_pylist() for c in ("id", "message")), strict=True))
    for sha, message in found.items():
        plain = repo.git("log", "-1", "--format=%B", sha).decode("utf-8", "replace")
        assert "@" in plain or message.strip() == plain.strip()


def cut(stream: bytes) -> list[list[str]]:
    """Return the records of a stream, each as the list of its fields."""
    tables = [[c.to_pylist() for c in history._columns(some)] for some in history._records(io.BytesIO(stream))]
    return [list(row) for columns in tables for row in zip(*columns, strict=True)]


LOCAL = st.text("abcXYZ019._+-=!#'ü", min_size=1, max_size=12)
HOST = st.lists(st.text("abcxyz019ü", min_size=1, max_size=6), min_size=1, max_size=3).map(".".join)
ADDRESSES = st.builds("{0}@{1}.{2}".format, LOCAL, HOST, st.sampled_from(("org", "example", "de", "museum")))
FRAMES = (
    "Fix it\n\nCo-authored-by: Joe Doe <{0}>",
    "Fix it\n\nSigned-off-by: {0}",
    "Cc: <{0}> # 5.10+\n\nReported-by: X <x@y.z> {0}",
    "mail {0}, or <{0}>; {0}.",
    '({0})\r\n\tand "{0}" [{0}]: see mailto:{0}?subject=x',
    "a{0}",
)


@given(address=ADDRESSES, frames=st.lists(st.sampled_from(FRAMES), min_size=1, max_size=3))
def test_no_address_in_a_message_leaves(address: str, frames: list[str]) -> None:
    message = "\n".join(frame.format(address) for frame in frames)
    (masked,) = history._masked(pa.array([message], pa.string()), history.cleaner(NAMES)).to_pylist()
    assert address not in masked
    assert f"@{address.partition('@')[2]}" not in masked


@pytest.mark.parametrize("name", ["Signed-off-by", "co-authored-by", "Reviewed-By", "Reported-and-tested-by"])
def test_a_name_in_a_trailer_becomes_a_pseudonym_even_without_an_address(name: str) -> None:
    given = [f"Fix\n\n{name}: Joe Doe", f"Fix\n\n{name}: Joe Doe <joe@host>", f"Fix\n\n{name}: joe@example.org"]
    masked = history._masked(pa.array(given, pa.string()), history.cleaner(NAMES)).to_pylist()
    assert masked == [f"Fix\n\n{name}: {NAMES.of(who)}" for who in ("Joe Doe", "joe@host", "joe@example.org")]


@given(history_=drawn(most=6))
def test_no_column_of_a_repository_holds_an_address(history_: Drawn, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = raw(write(history_, tmp_path_factory.mktemp("drawn") / "repo"))
    assert "@" not in "".join(str(v) for name in history.RAW.names for v in found[name].to_pylist())


def test_people_joined_by_a_mailmap_are_one(tmp_path: Path) -> None:
    found = raw(histories.mailmap(tmp_path / "repo").path)
    assert len(set(found["author"].to_pylist())) == 4
    (histories.mailmap(tmp_path / "other").path / ".mailmap").write_text(
        "Ann Example <ann@example.org> <ann@old.example.org>\nAnn Example <ann@example.org> <a@home>\n"
    )
    assert len(set(raw(tmp_path / "other")["author"].to_pylist())) == 2


LINES = st.lists(
    st.sampled_from(["", "plain", "Ann <ann@example.org>", "Signed-off-by: Joe", "ACKED-BY:Joe", "é a@b.cd x@y.zz"]),
    max_size=5,
).map("\n".join)


@given(messages=st.lists(LINES, max_size=6))
def test_many_messages_are_masked_as_each_line_alone(messages: list[str]) -> None:
    clean = history.cleaner(NAMES)
    alone = ["\n".join(clean(line.encode()).decode() for line in message.split("\n")) for message in messages]
    assert history._masked(pa.array(messages, pa.string()), clean).to_pylist() == alone


@pytest.mark.parametrize("text", ["Key:" + " " * 300_000 + "@", "A: " + "<@" * 100_000, "a-" * 200_000 + "by: @"])
def test_a_hostile_message_is_masked_in_linear_time(text: str) -> None:
    start = time.perf_counter()
    history._masked(pa.array([text], pa.string()), history.cleaner(NAMES))
    assert time.perf_counter() - start < 5


def test_a_huge_message_is_read_whole(tmp_path: Path) -> None:
    found = raw(hostile.huge_message(tmp_path / "repo").path)
    assert max(len(m) for m in found["message"].to_pylist()) > 4_000_000


ROWS = st.lists(st.tuples(*[st.text(max_size=5)] * 7, st.booleans()), max_size=5)


@given(rows=ROWS)
def test_unpacking_gives_back_what_was_packed(rows: list[tuple[object, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(history.RAW)
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, history.RAW, strict=True)], schema=history.RAW)
    assert history.unpack(history.pack(table)).equals(table)


class TestVanished:
    """Which commits no reference reaches any more."""

    def test_a_rewritten_branch_loses_what_only_it_had(self, tmp_path: Path) -> None:
        repo = histories.linear(tmp_path / "repo")
        old, base = repo.head() or "", repo.text("rev-parse", "HEAD~3")
        lost = repo.text("rev-list", f"{base}..{old}").splitlines()
        repo.switch("main", at=base)
        new = repo.commit("Instead")
        assert history.vanished(str(repo.path), [old], [new]) == lost

    def test_a_branch_that_only_grew_loses_nothing(self, tmp_path: Path) -> None:
        repo = histories.linear(tmp_path / "repo")
        old = repo.head() or ""
        assert history.vanished(str(repo.path), [old], [repo.commit("More")]) == []

    def test_where_git_threw_commits_away_a_full_look_is_due(self, tmp_path: Path) -> None:
        repo = histories.linear(tmp_path / "repo")
        assert history.vanished(str(repo.path), ["1" * 40], [repo.head() or ""]) is None

    def test_nothing_known_and_nothing_there_is_nothing(self, tmp_path: Path) -> None:
        path = str(places.empty(tmp_path / "repo"))
        assert history.vanished(path, [], []) == history.reachable(path, []) == []

    def test_what_tips_reach_is_what_git_says(self, tmp_path: Path) -> None:
        repo = histories.two_roots(tmp_path / "repo")
        tips = Opened(str(repo.path)).state().tips
        assert set(history.reachable(str(repo.path), tips)) == set(repo.text("rev-list", "--all").splitlines())
