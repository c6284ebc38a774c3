"""Questions as they are drawn, compiled: what the macros of `templates/components` write, as constants with holes for what people typed.

The macros stay the only source of how a question looks. The first time a question is drawn in some state, they draw it a few times
with marks in place of answers (nothing typed, everything typed, everything chosen); walking the results side by side tells constants
from holes. From then on drawing joins strings. A state is told by `state_of`: everything of the question that may be drawn, the
language spoken, the repeats it stands in, heading or not, which parts are wrong. Holes are the items' ids, typed text, what is
chosen, messages and the source of an answer. Whatever is not known here, or does not come out alike, is drawn by the macros:
a new attribute of a field counts as not known while it holds anything, until it is put in the state.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from wtforms import Field
from wtforms.form import BaseForm

from portal import language
from portal.forms.drawing_holes import Drawing, compiled
from portal.forms.model import Question
from portal.forms.question_field import QuestionField

Draw = Callable[[QuestionField, bool], Markup]
"""What draws a question by the macros: field, and whether its label is the page's heading."""

FILE = "components/questions.html"
MOST_KEPT = 20_000

KNOWN = frozenset({"question", "stored", "settings", "drawer", "path", "id", "raw", "data", "wrong", "marks_optional", "is_revealed", "came_from", "words", "choices", "kind"})
"""The attributes of a field that its state, its holes or the question tell of."""

_EVERY = KNOWN | frozenset(vars(BaseForm({"field": Field()})["field"]))
"""With those that every field of WTForms has: the macros look at its name, which is its path."""

NOT_DRAWN = frozenset({"settings", "required", "when", "rules", "errors", "record", "prefill"})
"""Parts of a question that no macro draws; its settings are told by what they are, since they are one value for all its drawings."""

LOOKS = tuple(name for name in Question.model_fields if name not in NOT_DRAWN)


def start(templates: Environment) -> None:
    """Let `question` of components/questions.html draw by compiled drawings; the macro `question_by_macros` beside it stays what they are made from."""
    templates.globals["drawn_question"] = Drawings(lambda field, as_heading: templates.get_template(FILE).module.question_by_macros(field, as_heading))  # type: ignore[attr-defined]


class Drawings:
    """Draws questions. Kept for the life of a process: one drawing for each state that was met, None where the macros must draw."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self._kept: dict[Hashable, tuple[Drawing | None, Any]] = {}

    def __call__(self, field: QuestionField, as_heading: bool = False) -> Markup:
        """The question as HTML, the same as the macros write it."""
        drawing = self.drawing_of(field, as_heading)
        filled = drawing.fill(field) if drawing is not None else None
        return self.draw(field, as_heading) if filled is None else filled

    def drawing_of(self, field: QuestionField, as_heading: bool = False) -> Drawing | None:
        """The compiled drawing for the state this field is in, made now if it is the first; None where the macros must draw."""
        state = state_of(field, as_heading)
        if state is None:
            return None
        kept = self._kept.get(state)
        if kept is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            # The settings are kept with it, since a state names them by their place in memory.
            kept = self._kept[state] = (compiled(field, as_heading, self.draw), field.settings)
        return kept[0]


def state_of(field: QuestionField, as_heading: bool) -> Hashable | None:
    """What decides how this field is drawn, but for the content of its holes; None where something is not known here."""
    held = vars(field)
    if held.keys() != _EVERY and any(held[name] for name in held.keys() - _EVERY):
        return None
    question, source = field.question, field.came_from
    if (field.kind == "file" and field.stored) or field.settings is not question.settings:
        return None
    if source and (type(source) is not str or not source.strip()):
        return None
    state = (
        tuple([_plain(getattr(question, name)) for name in LOOKS]),
        id(field.settings),
        tuple(field.path.split(".")[::2]),
        as_heading,
        field.marks_optional,
        field.is_revealed,
        bool(source),
        wrong_parts(field) if field.wrong else (),
        language.current(),
        question.lang,
    )
    try:
        hash(state)
    except TypeError:
        return None
    return state


def wrong_parts(field: QuestionField) -> tuple[tuple[str, int], ...]:
    """Which parts are wrong, each with the place of its message among the different ones."""
    places: dict[str, int] = {}
    return tuple([(each.part, places.setdefault(each.message.rstrip("."), len(places))) for each in field.wrong])


def _plain(value: Any) -> Any:
    """The value; with its type where it is more than plain data, such as text that is HTML already."""
    return value if type(value) in (str, bool, int) or value is None else (type(value), value)

