"""Every error that Streamgauge raises, drawn as one tree; the branch says who has to act.

StreamgaugeError
├── Correctable            you change what you asked or wrote, then run again       exit 2
│   ├── BadOption          a date, regular expression, metric or name is not understood
│   ├── BadCompanyFile     the company file does not fit its schema
│   ├── BadModel           what is to be simulated names what is not there, or holds what cannot be
│   ├── BadFile            a file to import is not what it should be, or goes beyond a limit
│   └── NotARepository     the path holds no git repository
├── NeedsHelp              a person has to mend something outside of Streamgauge    exit 3
│   ├── GitMissing         git is absent, or older than what is needed
│   ├── EngineMissing      the engine that was asked for is not installed
│   ├── EngineFailed       the Spark that was asked for could not do its work
│   ├── NoPermission       a file or folder may not be read or written
│   ├── BrokenRepository   git says that objects are missing or damaged
│   ├── DiskFull           there is no room left to write
│   ├── ForeignLake        the address holds something that is not a Streamgauge lake
│   ├── NewerLake          the lake was made by a newer version of Streamgauge
│   └── DamagedLake        files of the lake are missing or unreadable
└── Passing                the same command is worth trying again                   exit 4
    ├── LakeLocked         another process is writing to the lake for longer than we wait
    ├── EngineUnreachable  the Spark that was asked for did not answer
    └── StoreUnreachable   the object store did not answer
"""

import difflib
from collections.abc import Iterable


class StreamgaugeError(Exception):
    """The root: `wrong` says what was wrong and where, `advice` what is allowed and what to do next."""

    exit_code = 1

    def __init__(self, wrong: str, *, advice: str = "") -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.wrong}\n{self.advice}" if self.advice else self.wrong


class Correctable(StreamgaugeError):
    """You must change something: the input is at fault."""

    exit_code = 2


class BadOption(Correctable):
    """A value on the command line is not understood."""

    @classmethod
    def unknown(cls, what: str, given: str, allowed: Iterable[str]) -> "BadOption":
        """Return the error for a name that is not one of `allowed`, with the nearest match."""
        names = sorted(set(allowed))
        holding = [name for name in names if given and given in name]
        near = difflib.get_close_matches(given, holding or names, n=1, cutoff=0.0 if holding else 0.4)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        shown = ", ".join(names[:40]) or "none yet"
        more = f" and {len(names) - 40} more" if len(names) > 40 else ""
        return cls(f"There is no {what} '{given}'.", advice=f"{hint}Allowed: {shown}{more}.")


class BadCompanyFile(Correctable):
    """The company file is not readable or does not fit its schema."""


class BadModel(Correctable):
    """A simulation was told something that cannot be, or that names what is not there."""


class BadFile(Correctable):
    """A file to import cannot be read as tables: unknown, damaged, cut off, changed meanwhile, or beyond a limit."""


class NotARepository(Correctable):
    """The path is not a git repository."""


class NeedsHelp(StreamgaugeError):
    """A person must act outside of Streamgauge."""

    exit_code = 3


class GitMissing(NeedsHelp):
    """git is not installed, or too old."""


class EngineMissing(NeedsHelp):
    """The engine that was asked for is not installed: pyspark or Java is absent."""


class EngineFailed(NeedsHelp):
    """The query engine has no room for a question; or the Spark that was asked for cannot read the lake or gave up."""


class NoPermission(NeedsHelp):
    """A file or folder may not be read or written."""


class BrokenRepository(NeedsHelp):
    """git reports missing or damaged objects."""


class DiskFull(NeedsHelp):
    """No room is left on the disk."""


class ForeignLake(NeedsHelp):
    """The address holds something else than a Streamgauge lake."""


class NewerLake(NeedsHelp):
    """A newer version of Streamgauge made the lake."""


class DamagedLake(NeedsHelp):
    """Files of the lake are missing or unreadable."""


class Passing(StreamgaugeError):
    """The fault passes: try the same command again."""

    exit_code = 4


class LakeLocked(Passing):
    """Another process holds the lake's write lease for too long."""


class EngineUnreachable(Passing):
    """The Spark that was asked for does not answer."""


class StoreUnreachable(Passing):
    """The object store does not answer."""
