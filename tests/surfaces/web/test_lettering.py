"""Words of a drawing fit the room that they have."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.surfaces.web.lettering import lines, width


@settings(max_examples=60)
@given(st.text(), st.floats(20, 200), st.integers(1, 4))
def test_lines_fit_their_room_or_hold_one_letter(text: str, room: float, most: int) -> None:
    found = lines(text, room, 12, most)
    assert len(found) <= most
    assert all(width(line, 12) <= room + 1e-9 or len(line) <= 2 for line in found)


def test_words_stay_whole_where_they_can_and_what_is_too_long_is_marked() -> None:
    assert lines("Waiting for review", 100, 12, 3) == ("Waiting for", "review")
    assert lines("Waiting for review by the board of the bank", 100, 12, 2) == ("Waiting for", "review by th…")
    assert lines("", 100, 12, 2) == ()


def test_what_is_cut_keeps_its_letters() -> None:
    assert lines("W_Afhandelen leads", 60, 12, 1) == ("W_Afh…",)
