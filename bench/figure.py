"""What a benchmark measured: one figure, what it stands against, and whether it is within its limit."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure. `peer` is what the same run measured of another program; null where a limit stands alone.

    `limit` bounds ours / peer; with `is_faster`, peer / ours must reach it; without a peer it is in the figure's unit.
    `missing` says why nothing was measured.
    """

    name: str
    ours: float | None = None
    unit: str = "s"
    against: str
    peer: float | None = None
    limit: float
    is_faster: bool = False
    missing: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the peer or to the limit; the other way round where the limit says how many times faster."""
        if self.ours is None:
            return None
        other = self.limit if self.peer is None else self.peer
        return other / self.ours if self.is_faster else self.ours / other

    @property
    def is_within(self) -> bool | None:
        """Whether the limit holds; null where nothing was measured."""
        if self.ratio is None:
            return None
        bound = 1.0 if self.peer is None else self.limit
        return self.ratio >= bound if self.is_faster else self.ratio <= bound
