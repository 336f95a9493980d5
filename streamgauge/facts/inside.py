"""Which commits touch the paths of a service, in a repository that holds several."""

from collections.abc import Sequence

import pyarrow as pa

from streamgauge.company import globs
from streamgauge.lake import View

_TOUCHING = """
SELECT DISTINCT id FROM (SELECT id, unnest(files) AS file FROM diffstats WHERE repository = $repository) AS f
WHERE regexp_full_match(f.file.path, $paths) OR regexp_full_match(f.file.renamed_from, $paths)
"""


def inside(view: View, repository: str, paths: Sequence[str]) -> pa.Array | None:
    """Return the hashes of commits that touch `paths`, also by moving a file in or out; None for a whole repository."""
    if not paths:
        return None
    pattern = globs.regular_expression(paths, anywhere=False)
    found = view.query(_TOUCHING, {"repository": repository, "paths": pattern})["id"]
    return found.combine_chunks() if found.num_chunks != 1 else found.chunk(0)
