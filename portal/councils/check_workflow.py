"""Rules that workflow, clocks, roles and teams of a council keep: what they name is there, and every stage can be reached and left."""

from __future__ import annotations

from collections.abc import Iterator

from portal.councils.examined import Examined
from portal.councils.model import AnyPaper, ClockRule, TransitionRule, Trigger
from portal.forms.yaml_text import Fault, Location

ACTIONS = (
    "worklist.view", "family.view", "family.edit", "people.search", "episode.move", "episode.allocate", "request.attach",
    "document.produce", "document.download", "document.approve", "document.withdraw", "user.list", "user.edit", "outbox.view", "job.list", "job.retry",
    "audit.view", "retention.hold", "definition.view", "definition.publish", "template.change", "question.why",
)  # fmt: skip
"""What a role may be allowed to do; `access` gives each its meaning."""

TRIGGER_NEEDS = {
    "request_received": (),
    "stage_entered": ("stage",),
    "transition": ("transition",),
    "paper_finalised": ("paper",),
    "paper_returned": ("paper",),
    "paper_returned_answered": ("paper",),
    "paper_returned_accepted": ("paper",),
    "answer": ("paper", "question"),
    "lead_set": (),
    "document_issued": ("document",),
    "recorded": ("name",),
}


def papers(pack: Examined) -> Iterator[Fault]:
    """A paper's form, stages and signed paper are there; there is a request; a sign-off signs something."""
    council = pack.council
    for position, paper in enumerate(council.papers):
        at = ("papers", position)
        yield from pack.unknown("workflow", (*at, "form"), "form", paper.form, council.form_ids())
        for number, stage in enumerate(paper.start_at):
            yield from pack.unknown("workflow", (*at, "start_at", number), "stage", stage, council.stages.ids)
        if paper.signs:
            yield from pack.unknown("workflow", (*at, "signs"), "paper", paper.signs, council.papers.ids)
        if (paper.kind == "sign_off") != bool(paper.signs):
            yield pack.fault("workflow", at, "sign_off", f"{paper.id}: `signs` and the kind sign_off go together")
        if paper.not_author and not paper.signs:
            yield pack.fault("workflow", (*at, "not_author"), "sign_off", f"{paper.id}: `not_author` bars the author of the paper it signs, and it signs none")
    if not any(paper.kind == "request" for paper in council.papers):
        yield pack.fault("workflow", ("papers",), "no_request", "no paper has the kind request: nothing could open an episode", of_key=True)


def transitions(pack: Examined) -> Iterator[Fault]:
    """A move's stages, paper, reasons and the answers it looks at are there."""
    for position, move in enumerate(pack.council.transitions):
        at = ("transitions", position)
        for number, stage in enumerate(move.from_):
            yield from pack.unknown("workflow", (*at, "from", number), "stage", stage, pack.council.stages.ids)
        yield from pack.unknown("workflow", (*at, "to"), "stage", move.to, pack.council.stages.ids)
        if move.to in move.from_:
            yield pack.fault("workflow", (*at, "to"), "no_move", f"{move.id} leads from {move.to} to itself")
        if move.reasons:
            yield from pack.unknown("workflow", (*at, "reasons"), "list of reasons", move.reasons, pack.council.decisions)
        if move.on is not None:
            yield from _by_paper(pack, at, move)


def _by_paper(pack: Examined, at: Location, move: TransitionRule) -> Iterator[Fault]:
    assert move.on is not None
    yield from pack.unknown("workflow", (*at, "on", "paper"), "paper", move.on.paper, pack.council.papers.ids)
    yield from pack.condition("workflow", (*at, "when"), move.on.paper, move.when)
    paper = pack.council.papers.get(move.on.paper)
    if paper is None:
        return
    if (move.when_signed is not None or move.sets.signed) and not paper.signs:
        yield pack.fault("workflow", at, "signs_nothing", f"{move.id} looks at the paper that {paper.id} signs, but it signs none")
        return
    yield from pack.condition("workflow", (*at, "when_signed"), paper.signs, move.when_signed)
    for name in ("team", "level"):
        question = getattr(move.sets, name)
        if question:
            yield from pack.question("workflow", (*at, "sets", name), paper.signs if move.sets.signed else paper.id, question)


def receivers(pack: Examined) -> Iterator[Fault]:
    """A team that takes new requests is there, and the answers it is chosen by are asked in a request."""
    request = next((paper.id for paper in pack.council.papers if paper.kind == "request"), "")
    for position, receiver in enumerate(pack.council.files.values["workflow"].receivers):
        at = ("receivers", position)
        yield from pack.unknown("workflow", (*at, "team"), "team", receiver.team, pack.council.teams.ids)
        yield from pack.condition("workflow", (*at, "when"), request, receiver.when)


def stages(pack: Examined) -> Iterator[Fault]:
    """Every stage but the first can be reached, and from every stage that is not closed there is a way on."""
    council = pack.council
    reached = {council.stages.first.id}
    for _ in council.stages:
        reached |= {move.to for move in council.transitions if reached & set(move.from_)}
    for position, stage in enumerate(council.stages):
        if stage.id not in reached:
            yield pack.fault("workflow", ("stages", position), "unreachable_stage", f"no way leads to the stage {stage.id}")
        if stage.kind != "closed" and not any(stage.id in move.from_ for move in council.transitions):
            yield pack.fault("workflow", ("stages", position), "dead_end", f"no way leads on from the stage {stage.id}, which is not closed")
    if not any(stage.kind == "closed" for stage in council.stages):
        yield pack.fault("workflow", ("stages",), "no_end", "no stage has the kind closed: an episode could never end", of_key=True)


def clocks(pack: Examined) -> Iterator[Fault]:
    """What a clock names is there, and each of its triggers says what it waits for."""
    for position, clock in enumerate(pack.council.clocks):
        at = ("clocks", position)
        for name, triggers in (("starts", clock.starts), ("stops", clock.stops)):
            for number, trigger in enumerate(triggers):
                yield from _trigger(pack, (*at, name, number), trigger)
        for number, team in enumerate(clock.teams):
            yield from pack.unknown("clocks", (*at, "teams", number), "team", team, pack.council.teams.ids)
        for number, role in enumerate(clock.tells):
            yield from pack.unknown("clocks", (*at, "tells", number), "role", role, pack.council.roles.ids)
        yield from _varies(pack, (*at, "varies"), clock)


def _trigger(pack: Examined, at: Location, trigger: Trigger) -> Iterator[Fault]:
    council, needs = pack.council, TRIGGER_NEEDS[trigger.event]
    given = [name for name in ("stage", "transition", "paper", "question", "document", "name") if getattr(trigger, name)]
    if set(given) != set(needs):
        wanted = " and ".join(needs) or "nothing else"
        yield pack.fault("clocks", at, "trigger", f"the trigger {trigger.event} says {wanted}; this says {' and '.join(given) or 'nothing'}")
        return
    known = {"stage": council.stages.ids, "transition": council.transitions.ids, "paper": council.papers.ids, "document": council.documents.ids}
    for name in needs:
        if name == "name":
            yield from pack.unknown("clocks", (*at, name), "recording", trigger.name, council.recordings)
        elif name == "question":
            yield from _dated(pack, (*at, name), trigger)
        else:
            yield from pack.unknown("clocks", (*at, name), name, getattr(trigger, name), known[name])


def _dated(pack: Examined, at: Location, trigger: Trigger) -> Iterator[Fault]:
    yield from pack.question("clocks", at, trigger.paper, trigger.question)
    form = pack.form_of(trigger.paper)
    question = form.index.questions.get(trigger.question) if form else None
    if question is not None and question.kind != "date":
        yield pack.fault("clocks", at, "not_a_date", f"{trigger.question} is of kind {question.kind}: a clock takes the answer to a date")


def _varies(pack: Examined, at: Location, clock: ClockRule) -> Iterator[Fault]:
    varies = clock.varies
    if varies is None:
        return
    yield from pack.unknown("clocks", (*at, "paper"), "paper", varies.paper, pack.council.papers.ids)
    yield from pack.question("clocks", (*at, "question"), varies.paper, varies.question)
    form = pack.form_of(varies.paper)
    question = form.index.questions.get(varies.question) if form else None
    if question is None:
        return
    options = [option.id for option in getattr(question.settings, "options", ())]
    for option in varies.targets:
        if option not in options:
            message = f"{option} is no option of the question {varies.question} (there are: {', '.join(options) or 'none'})"
            yield pack.fault("clocks", (*at, "targets", option), "unknown_option", message, of_key=True)


def roles(pack: Examined) -> Iterator[Fault]:
    """Actions and papers of roles are known; somebody may finalise every staff paper, and somebody may look after accounts."""
    council = pack.council
    for position, role in enumerate(council.roles):
        for number, action in enumerate(role.may):
            yield from pack.unknown("roles", ("roles", position, "may", number), "action", action, ACTIONS)
        for paper in role.papers:
            yield from pack.unknown("roles", ("roles", position, "papers", paper), "paper", paper, [*council.papers.ids, AnyPaper], of_key=True)
    for paper in council.papers:
        if paper.kind != "request" and not any("finalise" in role.rights_on(paper.id) for role in council.roles):
            yield pack.fault("roles", ("roles",), "nobody_may", f"no role may finalise the paper {paper.id}", of_key=True)
    if not any("user.edit" in role.may for role in council.roles):
        yield pack.fault("roles", ("roles",), "nobody_may", "no role may do user.edit: nobody could look after accounts", of_key=True)


RULES = (papers, receivers, transitions, stages, clocks, roles)
