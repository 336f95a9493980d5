"""Release lines of repositories, as they were computed."""

import pyarrow as pa

LINES = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("service", pa.string()),
        pa.field("release_line", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("chosen_by", pa.string()),
        pa.field("terms", pa.string()),
        pa.field("proxy", pa.string()),
        pa.field("head", pa.string()),
        pa.field("failure_rules", pa.list_(pa.string())),
        pa.field("unmeasurable", pa.string()),
        pa.field("notes", pa.list_(pa.string())),
        pa.field("basis", pa.string()),
        pa.field("identity", pa.string()),
    ]
)
"""One row per release line that was computed. `basis` is the state of the repository that its facts rest on, `identity`
what had to stay the same for them to be extended rather than made anew."""

PROXY = "merges to the default branch"
"""What stands for deployments where no tag is a release."""
