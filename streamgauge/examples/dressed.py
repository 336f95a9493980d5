"""A scene in all its clothes: the parts that records and truths are both made from, each computed once."""

from functools import cached_property

from streamgauge.examples.code import Code
from streamgauge.examples.decisions import Promise, promises
from streamgauge.examples.delivery import Delivery
from streamgauge.examples.operation import Operation
from streamgauge.examples.outcome import Claim, claims
from streamgauge.examples.pulls import Pulls
from streamgauge.examples.scene import Scene
from streamgauge.examples.trunk import Trunk


class Dressed:
    """The parts of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @cached_property
    def trunk(self) -> Trunk:
        """The default branches."""
        return Trunk(self.scene)

    @cached_property
    def code(self) -> Code:
        """The branches beside them."""
        return Code(self.scene, self.trunk)

    @cached_property
    def pulls(self) -> Pulls:
        """The pull requests."""
        return Pulls(self.scene, self.code)

    @cached_property
    def delivery(self) -> Delivery:
        """The deployments."""
        return Delivery(self.scene, self.trunk)

    @cached_property
    def operation(self) -> Operation:
        """The incidents."""
        return Operation(self.scene, self.delivery)

    @cached_property
    def promises(self) -> list[Promise]:
        """What was promised."""
        return promises(self.scene)

    @cached_property
    def claims(self) -> list[Claim]:
        """What initiatives claim to move."""
        return claims(self.scene)
