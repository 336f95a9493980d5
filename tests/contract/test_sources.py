"""Every source keeps the contract: a name, what it makes, what is asked of it, and what it cannot tell."""

import pytest

from streamgauge.records import KINDS
from streamgauge.sources import SOURCES, Source
from tests.contract.listed import defined, words_of


def test_every_source_in_the_folder_is_on_the_list() -> None:
    assert sorted(s.name for s in defined("streamgauge.sources", lambda thing: isinstance(thing, Source))) == sorted(
        s.name for s in SOURCES
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
class TestSource:
    """What each source keeps."""

    def test_its_name_is_a_plain_word(self, source: Source) -> None:
        assert source.name.isidentifier()
        assert source.name == source.name.lower()

    def test_it_says_what_it_reads_and_what_it_cannot_tell(self, source: Source) -> None:
        assert source.title
        assert source.reads
        assert source.limits

    def test_it_makes_kinds_that_are_listed(self, source: Source) -> None:
        assert set(source.makes) <= set(KINDS)

    def test_its_page_tells_of_it(self, source: Source) -> None:
        assert f"\n## {source.name}\n" in words_of("sources.md")
