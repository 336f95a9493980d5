"""Every error keeps the contract: a leaf of the drawn tree, a code that says who has to act, words on its page."""

import pytest

from streamgauge import errors
from streamgauge.errors import StreamgaugeError
from tests.contract.listed import words_of

INTENTS = StreamgaugeError.__subclasses__()
LEAVES = [leaf for intent in INTENTS for leaf in intent.__subclasses__()]


def test_each_intent_has_an_exit_code_of_its_own() -> None:
    codes = [intent.exit_code for intent in INTENTS]
    assert len({*codes, StreamgaugeError.exit_code}) == len(codes) + 1


@pytest.mark.parametrize("error", [*INTENTS, *LEAVES], ids=lambda error: error.__name__)
def test_an_error_is_drawn_and_has_words(error: type[StreamgaugeError]) -> None:
    assert f"── {error.__name__} " in (errors.__doc__ or "")
    assert error.__doc__


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: error.__name__)
def test_a_leaf_has_no_leaves_and_is_on_its_page(error: type[StreamgaugeError]) -> None:
    assert error.__subclasses__() == []
    assert f"| `{error.__name__}` | {error.exit_code} |" in words_of("errors.md")


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: error.__name__)
def test_advice_stands_below_what_was_wrong(error: type[StreamgaugeError]) -> None:
    assert str(error("It is wrong.", advice="Do this.")) == "It is wrong.\nDo this."
    assert str(error("It is wrong.")) == "It is wrong."
