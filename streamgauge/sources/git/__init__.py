"""git as a source: a clone, read through git's own output."""

from streamgauge.records import Branch, Commit, Diffstat, Release, Rewriting
from streamgauge.sources.source import Source

GIT = Source(
    name="git",
    title="git repository",
    makes=(Branch, Commit, Diffstat, Release, Rewriting),
    reads="Commits that branches, remote branches and tags reach, the references themselves, changed files and lines.",
    limits=(
        "Knows no deployments (releases stand in), no reviews, no incidents. Times are those of the machines that made"
        " the commits. References outside of heads, remotes and tags (such as pull requests of a mirror) do not count."
    ),
)
