"""A command that needs no data frames does not load what makes them."""

import importlib.util
import sys

import pytest

from streamgauge.surfaces.cli import frames


@pytest.mark.parametrize(("engine", "is_refused"), [(None, True), ("local[2]", False), ("no such thing", False)])
def test_pandas_is_refused_where_the_engine_does_without(
    engine: str | None, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    if engine is not None:
        monkeypatch.setenv("STREAMGAUGE_ENGINE", engine)
    before = len(sys.meta_path)
    frames.leave_out_data_frames()
    assert len(sys.meta_path) == before + is_refused
    if is_refused:
        with pytest.raises(ModuleNotFoundError, match="pandas"):
            importlib.import_module("pandas")
        assert importlib.util.find_spec("colorsys") is not None
