"""What several statements begin with, held so that it is worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Opening:
    """What several statements begin with, held for these values of its parameters."""

    text: str
    names: tuple[str, ...]
    parameters: Mapping[str, object]

    def shortened(self, sql: str, parameters: Mapping[str, object]) -> str:
        """Return the statement with what is held in the place of the words for it, where it is about the same."""
        if self.text not in sql or any(parameters.get(name) != value for name, value in self.parameters.items()):
            return sql
        held = ", ".join(f"{name} AS (SELECT * FROM held_{name})" for name in self.names)
        return sql.replace(self.text, f"WITH {held}\n")
