"""What the environment sets: where the lake lies, how long we wait, how much of the machine we use."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from streamgauge.errors import BadOption

_MEMORY = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?([KMGT]i?B)", re.IGNORECASE)
_SPARK = re.compile(r"local(-cluster)?\[[\d, *]{1,40}\]|local|yarn|(spark|sc|k8s)://[^\s]{1,1000}")
_ENGINES = "duckdb, or a Spark: spark://host:port, sc://host:port, local[2], local-cluster[2,1,1024], yarn, k8s://"
IN_PROCESS = "duckdb"
"""The name of the engine that needs no other program."""
_UNITS = {unit.lower(): unit for unit in ("KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB")}


class _Preferred:
    """The engine where the environment names none."""

    engine = IN_PROCESS


def prefer(engine: str | None) -> None:
    """Take this engine from now on where the environment names none, as a company file says; null: the default one."""
    _Preferred.engine = engine or IN_PROCESS


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting as data: `name` is the environment variable, `default` and `docs` are words for a reader.

    `read` turns the text of the variable into the value and raises ValueError, which says what is allowed.
    """

    name: str
    type: str
    default: str
    docs: str
    read: Callable[[str], object]
    secret: bool = False


def _address(text: str) -> str:
    return text if "://" in text else str(Path(text).expanduser())


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and 0 <= seconds <= 86_400):
        raise ValueError(text)
    return seconds


def _memory(text: str) -> str:
    found = _MEMORY.fullmatch(text.strip())
    if found is None or float(found[1]) == 0:
        raise ValueError(text)
    return f"{found[1]}{_UNITS[found[2].lower()]}"


def _threads(text: str) -> int:
    threads = int(text)
    if not 1 <= threads <= 1024:
        raise ValueError(text)
    return threads


def _engine(text: str) -> str:
    named = text.strip()
    if named != IN_PROCESS and not _SPARK.fullmatch(named):
        raise ValueError(text)
    return named


def engine_problem(text: str) -> str | None:
    """Return what is wrong with the name of an engine, or null."""
    try:
        _engine(text)
    except ValueError:
        return f"{text[:80]!r} is no engine. Allowed: {_ENGINES}."
    return None


def _key(text: str) -> bytes:
    key = os.fsencode(text)
    if len(key) < 16:
        raise ValueError("too short")
    return key


def _set_by(setting: Setting, default: Any = None) -> Any:
    return field(default=default, repr=not setting.secret, metadata={"setting": setting})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run, each declared once here; null means that the engine or the lake decides."""

    lake: str = _set_by(
        Setting(
            name="STREAMGAUGE_LAKE",
            type="a folder or an s3:// address",
            default="$XDG_CACHE_HOME/streamgauge/lake, or ~/.cache/streamgauge/lake",
            docs="Where the lake lies, unless the command says --lake.",
            read=_address,
        ),
        default="",
    )
    lease_wait: float = _set_by(
        Setting(
            name="STREAMGAUGE_LEASE_WAIT",
            type="seconds, 0 to 86400",
            default="300",
            docs="How long to wait for another process that writes to the same lake.",
            read=_seconds,
        ),
        default=300.0,
    )
    engine: str = _set_by(
        Setting(
            name="STREAMGAUGE_ENGINE",
            type=_ENGINES,
            default=IN_PROCESS,
            docs="What computes facts and metrics: DuckDB in this process, or Apache Spark; before the company file's.",
            read=_engine,
        ),
        default=IN_PROCESS,
    )
    memory: str | None = _set_by(
        Setting(
            name="STREAMGAUGE_MEMORY",
            type="a size such as 512MB or 4GiB",
            default="a quarter of the machine's, at least 2GiB",
            docs="The most memory that the query engine takes before it writes to disk.",
            read=_memory,
        )
    )
    threads: int | None = _set_by(
        Setting(
            name="STREAMGAUGE_THREADS",
            type="a whole number, 1 to 1024",
            default="one for each core",
            docs="How many threads the query engine uses.",
            read=_threads,
        )
    )
    pseudonym_key: bytes | None = _set_by(
        Setting(
            name="STREAMGAUGE_PSEUDONYM_KEY",
            type="a secret text of at least 16 bytes",
            default="made once for each lake and kept in it",
            docs="The key that turns people into pseudonyms; lakes with the same key give a person the same pseudonym.",
            read=_key,
            secret=True,
        )
    )


SETTINGS: tuple[Setting, ...] = tuple(f.metadata["setting"] for f in fields(Settings))
"""Every setting, in the order of the docs."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environment` (the process's own by default); an empty variable counts as not set.

    Raises BadOption for a value that is not understood; a secret is never repeated in it.
    """
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {f.name: _value(f.metadata["setting"], given) for f in fields(Settings)}
    known = {"engine": _Preferred.engine} | {name: value for name, value in values.items() if value is not None}
    return Settings(**known) if "lake" in known else Settings(lake=default_lake(given), **known)


def default_lake(environment: Mapping[str, str]) -> str:
    """Return the folder of the lake in the user's cache, by the XDG rules (a relative cache folder is ignored).

    Raises BadOption where the user has no home folder.
    """
    return str(cache_folder(environment) / "lake")


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return Streamgauge's folder in the user's cache, by the XDG rules; raises BadOption where there is no home."""
    cache = Path(environment.get("XDG_CACHE_HOME", ""))
    if not cache.is_absolute():
        cache = _home(environment) / ".cache"
    return cache / "streamgauge"


def _home(environment: Mapping[str, str]) -> Path:
    try:
        home = Path(environment.get("HOME") or Path.home())
        if not home.is_absolute():
            raise RuntimeError(home)
        return home
    except RuntimeError as error:
        advice = "Set STREAMGAUGE_LAKE to a folder."
        raise BadOption("There is no home folder to keep a lake in.", advice=advice) from error


def _value(setting: Setting, environment: Mapping[str, str]) -> object:
    text = environment.get(setting.name, "")
    if not text.strip():
        return None
    try:
        return setting.read(text)
    except (ValueError, OverflowError, RuntimeError):
        shown = "" if setting.secret else f" to {text[:80]!r}"
        raise BadOption(
            f"{setting.name} is set{shown}, which is not understood.",
            advice=f"Allowed: {setting.type}. Without it: {setting.default}.",
        ) from None
