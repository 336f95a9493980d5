"""The invented company's own company file, as text with a word about each team and stream."""

from collections.abc import Iterator

from streamgauge.company import Company, ReleaseLine, Service
from streamgauge.company.wip_limit import WipLimit
from streamgauge.examples.story import Story
from streamgauge.examples.world import NAME, ZONE, World


def company_file(who: World, happens: Story) -> Company:
    """Return what the company file says: limits on work, and services, with release lines where they share a home."""
    limits = tuple(WipLimit(team=who.teams[team].name, limit=limit) for team, limit in sorted(_limits(happens).items()))
    services = tuple(_service(who, n) for n in range(len(who.services)))
    return Company(name=NAME, zone=ZONE, wip_limits=limits, services=services)


def _limits(happens: Story) -> dict[int, int]:
    """Return how many pieces of work a team may have at a time, for those that say so."""
    return {turn.team: int(turn.size) for kind in ("limit never binds", "limit ignored") for turn in happens.of(kind)}


def _service(who: World, number: int) -> Service:
    service = who.services[number]
    lines = (ReleaseLine(name="releases", tags=rf"{service.name}-\d+(\.\d+)+"),) if service.folder else ()
    return Service(
        name=service.name,
        repository=who.repositories[service.repository].name,
        paths=(f"{service.folder}/",) if service.folder else (),
        releases=lines,
        leave_out=("reverts", "bots"),
    )


def text(who: World, happens: Story) -> str:
    """Return the file as YAML, which loads as it is; teams stand in comments."""
    return (
        "\n".join([*_head(who, happens), *(line for n in range(len(who.services)) for line in _lines(who, n))]) + "\n"
    )


def _head(who: World, happens: Story) -> Iterator[str]:
    limits = _limits(happens)
    yield "# The company file of the invented company that `streamgauge demo` shows: made from its definitions."
    yield "# Its repositories exist in the demo's lake only."
    yield "#"
    for stream in who.streams:
        teams = ", ".join(who.teams[team].name for team in stream.teams)
        board = "; a board approves every release" if stream.has_board else ""
        yield f"# {stream.name}: {stream.about} ({teams}){board}."
    for team in who.teams:
        limit = f", at most {limits[team.number]} pieces of work at a time" if team.number in limits else ""
        yield f"# Team {team.name} ({team.kind}): {team.people} people in {team.zone}{limit}."
    yield f"name: {NAME}"
    yield f"zone: {ZONE}"
    yield "wip_limits:" if limits else "wip_limits: []"
    yield from (f"  - {{team: {who.teams[team].name}, limit: {limit}}}" for team, limit in sorted(limits.items()))
    yield "services:"


def _lines(who: World, number: int) -> Iterator[str]:
    service = _service(who, number)
    yield f"  - name: {service.name}"
    yield f"    repository: {service.repository}"
    if service.paths:
        yield f"    paths: [{', '.join(service.paths)}]"
    if service.releases:
        yield "    releases:"
        yield f"      - name: {service.releases[0].name}"
        yield f"        tags: '{service.releases[0].tags}'"
    yield f"    leave_out: [{', '.join(service.leave_out)}]"
