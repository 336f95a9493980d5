"""What an answer about work says of names in the company file that nothing has: misspelt, they would do nothing."""

import difflib
from collections.abc import Iterable, Iterator

from streamgauge.company import Company
from streamgauge.lake import View

_TEAMS = """
SELECT team AS name FROM flow_items WHERE team IS NOT NULL UNION SELECT team FROM held WHERE team IS NOT NULL
UNION SELECT team FROM pull_request_phases WHERE team IS NOT NULL
"""
_DATASETS = "SELECT dataset AS name FROM datasets UNION SELECT repository FROM code_sets"
_STAGES = "SELECT stage AS name FROM meanings UNION SELECT stage FROM off_tool"


def said(view: View, company: Company) -> Iterator[str]:
    """Give a sentence for each kind of name (teams, datasets, stages) some of which nothing in the lake has."""
    streams, limits = company.value_streams, company.wip_limits
    teams = [team.name for team in company.teams] + [limit.team for limit in limits if limit.team]
    teams += [name for stream in streams for name in stream.teams]
    stages = [limit.stage for limit in limits if limit.stage] + [name for stream in streams for name in stream.agreed]
    surveyed = [survey.stage for survey in company.accuracy_surveys]
    yield from _strange(view, "team", teams, _TEAMS, folded=True)
    yield from _strange(view, "dataset", [name for stream in streams for name in stream.datasets], _DATASETS)
    yield from _strange(view, "stage", stages, _STAGES)
    yield from _strange(view, "stage", surveyed, _STAGES, folded=True)


def _strange(view: View, what: str, names: Iterable[str], statement: str, *, folded: bool = False) -> Iterator[str]:
    wanted, spelled = list(dict.fromkeys(names)), str.casefold if folded else str
    known = [row["name"] for row in view.rows(statement)] if wanted else []
    there = set(map(spelled, known))
    strange = [name for name in wanted if spelled(name) not in there]
    if strange:
        which = ", ".join(_with_nearest(name, known) for name in strange[:5])
        more = f" and {len(strange) - 5:,} more" if len(strange) > 5 else ""
        yield f"The company file names a {what} that nothing has: {which}{more}."


def _with_nearest(name: str, known: Iterable[str]) -> str:
    spelled = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), spelled, n=1, cutoff=0.6)
    return f"'{name}' (is '{spelled[near[0]]}' meant?)" if near else f"'{name}'"
