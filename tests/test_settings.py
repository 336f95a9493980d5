"""Settings come from the environment, and a wrong one says what is allowed."""

from pathlib import Path

import pytest

from streamgauge import settings
from streamgauge.errors import BadOption

HOME = {"HOME": "/somewhere"}


def test_an_empty_environment_gives_the_defaults() -> None:
    """Without any variable the lake lies in the user's cache and the rest is left to the engine."""
    found = settings.read(HOME)
    assert found.lake == "/somewhere/.cache/streamgauge/lake"
    assert (found.lease_wait, found.memory, found.threads, found.pseudonym_key) == (300.0, None, None, None)


def test_the_cache_folder_follows_the_xdg_rules() -> None:
    """An absolute XDG_CACHE_HOME is used, a relative or empty one is ignored."""
    assert settings.default_lake({**HOME, "XDG_CACHE_HOME": "/cache"}) == "/cache/streamgauge/lake"
    for ignored in ("cache", ""):
        lake = settings.default_lake({**HOME, "XDG_CACHE_HOME": ignored})
        assert lake == "/somewhere/.cache/streamgauge/lake"


def test_without_a_home_the_lake_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no home folder is known the error names the setting that helps; a named lake needs no home."""

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(BadOption, match="STREAMGAUGE_LAKE"):
        settings.read({})
    assert settings.read({"STREAMGAUGE_LAKE": "/lake"}).lake == "/lake"


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("STREAMGAUGE_LAKE", "s3://bucket/lake", "lake", "s3://bucket/lake"),
        ("STREAMGAUGE_LAKE", "/some/lake", "lake", "/some/lake"),
        ("STREAMGAUGE_LEASE_WAIT", "0.5", "lease_wait", 0.5),
        ("STREAMGAUGE_LEASE_WAIT", "0", "lease_wait", 0.0),
        ("STREAMGAUGE_LEASE_WAIT", "  ", "lease_wait", 300.0),
        ("STREAMGAUGE_MEMORY", "4 gib", "memory", "4GiB"),
        ("STREAMGAUGE_MEMORY", "1.5GB", "memory", "1.5GB"),
        ("STREAMGAUGE_THREADS", "2", "threads", 2),
        ("STREAMGAUGE_PSEUDONYM_KEY", "0123456789abcdef", "pseudonym_key", b"0123456789abcdef"),
    ],
)
def test_a_variable_sets_its_value(name: str, text: str, field: str, value: object) -> None:
    """Each variable is read into the type that its field has."""
    assert getattr(settings.read({**HOME, name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("STREAMGAUGE_LAKE", "~nobody-has-this-name/lake"),
        ("STREAMGAUGE_LEASE_WAIT", "soon"),
        ("STREAMGAUGE_LEASE_WAIT", "nan"),
        ("STREAMGAUGE_LEASE_WAIT", "-1"),
        ("STREAMGAUGE_MEMORY", "lots"),
        ("STREAMGAUGE_MEMORY", "0GB"),
        ("STREAMGAUGE_THREADS", "0"),
        ("STREAMGAUGE_THREADS", "two"),
        ("STREAMGAUGE_THREADS", "9" * 5000),
    ],
)
def test_a_wrong_value_says_what_is_allowed(name: str, text: str) -> None:
    """The error names the variable, its value and what is allowed."""
    with pytest.raises(BadOption) as caught:
        settings.read({**HOME, name: text})
    (setting,) = [one for one in settings.SETTINGS if one.name == name]
    assert name in caught.value.wrong
    assert repr(text[:80]) in caught.value.wrong
    assert setting.type in caught.value.advice


def test_a_secret_is_never_shown() -> None:
    """Neither an error nor the printed settings hold the key."""
    with pytest.raises(BadOption) as caught:
        settings.read({**HOME, "STREAMGAUGE_PSEUDONYM_KEY": "tooshort"})
    assert "tooshort" not in str(caught.value)
    assert "0123456789abcdef" not in repr(settings.read({**HOME, "STREAMGAUGE_PSEUDONYM_KEY": "0123456789abcdef"}))


def test_every_setting_is_told() -> None:
    """Each setting has a name of ours and a sentence, so that the docs can be made from it."""
    assert len({one.name for one in settings.SETTINGS}) == len(settings.SETTINGS)
    for one in settings.SETTINGS:
        assert one.name.startswith("STREAMGAUGE_")
        assert one.docs.endswith(".")
        assert one.type
        assert one.default


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the variables of this process count."""
    monkeypatch.setenv("STREAMGAUGE_THREADS", "3")
    assert settings.read().threads == 3


def test_the_environment_goes_before_the_engine_of_the_company_file() -> None:
    """What the file prefers counts where no variable names an engine."""
    try:
        settings.prefer("spark://host:7077")
        assert settings.read(HOME).engine == "spark://host:7077"
        assert settings.read({**HOME, "STREAMGAUGE_ENGINE": "duckdb"}).engine == "duckdb"
    finally:
        settings.prefer(None)
    assert settings.read(HOME).engine == settings.IN_PROCESS
