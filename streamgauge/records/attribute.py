"""An attribute: one named value that a tool or a company adds to a record."""

import msgspec


class Attribute(msgspec.Struct, frozen=True):
    """A named value as text, such as `country` = `DE`; the name is the tool's own."""

    name: str
    value: str
