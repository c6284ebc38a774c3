"""What macros need to draw a question: its label and hint, its choices, in the shape of GOV.UK's macros. Drawing itself is in the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from portal.forms.guidance_text import guidance_html
from portal.forms.model import Option
from portal.forms.question_kinds import consent, file, language, person
from portal.forms.question_kinds.answering import NOT_KNOWN_OPTION
from portal.forms.question_kinds.choices import said
from portal.language import ENGLISH, current, say

MANY_OPTIONS = 15
SHORT_KINDS = ("select", "date", "time", "number", "email", "phone", "postcode", "nhs_number", "upn")
SHORT_TEXT = 150
BRIEF_LABEL = 45
WIDTHS = (2, 3, 4, 5, 10, 20, 30)


class FieldWords:
    """The words and manners of the inputs of one `QuestionField`."""

    def __init__(self, field: Any) -> None:
        self._field = field

    @property
    def in_language(self) -> dict[str, str]:
        """The language of what is said about the question, as `lang`, where that is not the language of the page."""
        tongue = self._field.question.lang
        return {"lang": tongue} if tongue else {}

    def label(self, as_heading: bool = False) -> dict[str, Any]:
        """The label; as the page's heading it is large and has no "(optional)"."""
        text = self._field.plain_label
        if as_heading:
            return {"text": text, "classes": "govuk-label--l", "isPageHeading": True}
        return {"text": say("{label} (optional)", label=text) if self._field.is_optional else text, "classes": "govuk-label--s"}

    def legend(self, as_heading: bool = False) -> dict[str, Any]:
        """The legend of a group."""
        label = self.label(as_heading)
        return {**label, "classes": label["classes"].replace("govuk-label", "govuk-fieldset__legend")}

    def hint_text(self, as_heading: bool = False) -> str:
        """The hint, with what else the person should know: limits of files, that it may follow later, where it came from."""
        field = self._field
        words = [field.question.hint]
        if as_heading and field.is_optional:
            words.append(say("You can leave this out."))
        if field.kind == "file":
            limits = "{types}, up to {many} files, {size} MB each at most." if field.settings.multiple else "{types}, {size} MB each at most."
            words.append(say(limits, types=file.type_names(field.settings.types), many=field.settings.max_files, size=field.settings.max_mb))
        if field.question.later:
            words.append(say("If you do not have this now, you can send it later."))
        said = [word.strip() for word in (*words, field.came_from) if word]
        return " ".join([word if word[-1:] in ".?!:" else f"{word}." for word in said[:-1]] + said[-1:])

    def hint(self, as_heading: bool = False) -> dict[str, str]:
        """The hint; empty for none."""
        text = self.hint_text(as_heading)
        return {"text": text} if text else {}

    def described_by(self, message: str, hint: str) -> str:
        """The ids of hint and error that describe a group."""
        return " ".join(f"{self._field.id}-{what}" for what, text in (("hint", hint), ("error", message)) if text)

    def guidance(self) -> Markup:
        """The question's own text, as HTML."""
        return guidance_html(self._field.settings.text)

    def completes(self, part: str = "", usual: str = "") -> str | None:
        """The `autocomplete` of an input: only where the question asks for it, since most answers are about somebody else."""
        own = self._field.question.autocomplete
        if not own:
            return "off" if usual else None
        return usual or (None if part else own)

    def width(self) -> int:
        """The width class of a box that holds this many characters: the next one GOV.UK has; 0 for the full width."""
        wanted = self._field.settings.width
        return next((width for width in WIDTHS if width >= wanted), 0) if wanted else 0

    def is_short(self) -> bool:
        """Whether it takes little room, so that on a long page it may stand beside others: a list, a date, a line of few words, a brief yes or no."""
        field = self._field
        if field.kind == "yes_no":
            return len(field.plain_label) <= BRIEF_LABEL
        return field.kind in SHORT_KINDS or (field.kind == "text" and field.settings.max_length <= SHORT_TEXT)

    def counting(self) -> dict[str, Any]:
        """The words of the counter below a box, where they are not English (which GOV.UK's macro has itself)."""
        if current() is ENGLISH:
            return {}
        return {
            "textareaDescriptionText": say("You can enter up to %{count} words"),
            "wordsUnderLimitText": dict.fromkeys(("one", "other"), say("You have %{count} words remaining")),
            "wordsAtLimitText": say("You have 0 words remaining"),
            "wordsOverLimitText": dict.fromkeys(("one", "other"), say("You have %{count} words too many")),
        }

    def accepts(self) -> str:
        """The endings a file chooser offers."""
        return ",".join(f".{ending}" for ending in file.endings(self._field.settings.types))


class FieldChoices:
    """What can be chosen in the inputs of one `QuestionField`, and what was."""

    def __init__(self, field: Any) -> None:
        self._field = field

    @property
    def options(self) -> tuple[Option, ...]:
        """The question's own options, those not offered left out."""
        return said(self._field.drawer.options(self._field.question))

    def radio_items(self, options: Iterable[Option] | None = None, part: str = "") -> list[dict[str, Any]]:
        """Radio buttons; "Not known" after an "or" where the question takes it."""
        items = [self._item(option, part) for option in (self.options if options is None else options)]
        return items + self._not_known(part)

    def grouped_radios(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Radio buttons under their headings, those without one under ''; empty where no option has a heading."""
        groups = self._under_headings(lambda options: [self._item(option, "") for option in options])
        own = self._not_known("") if groups else []
        return [*groups, ("", own)] if own else groups

    def grouped_checkboxes(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Boxes to tick under their headings, those without one under ''; empty where no option has a heading."""
        return self._under_headings(self.checkbox_items)

    def checkbox_items(self, options: Sequence[Option] | None = None) -> list[dict[str, Any]]:
        """Boxes to tick; an exclusive last one stands after an "or"."""
        options = self.options if options is None else options
        items: list[dict[str, Any]] = []
        for place, option in enumerate(options):
            if option.exclusive and 0 < place == len(options) - 1:
                items.append({"divider": say("or")})
            items.append(self._item(option, "") | ({"behaviour": "exclusive"} if option.exclusive else {}))
        return items

    def grouped_options(self) -> list[tuple[str, list[Option]]]:
        """The options of a list, under their headings; those without one come under ''."""
        return [(heading, list(options)) for heading, options in groupby(self.options, key=lambda option: option.group)]

    def is_type_ahead(self) -> bool:
        """Whether a script may let people type to choose: as the question says, or when the list is long."""
        wanted = getattr(self._field.settings, "type_ahead", None)
        return len(self.options) > MANY_OPTIONS if wanted is None else wanted

    def boxes_of_person(self) -> list[tuple[str, str]]:
        """The boxes of a person: part and label."""
        needs = self._field.settings.needs
        own = self._field.drawer.parts(self._field.question)
        return [(part, person.LABELS[part] if part in needs else say("{label} (optional)", label=say(person.LABELS[part]))) for part in own]

    def decisions(self) -> tuple[Option, ...]:
        """What may have been decided about consent."""
        return said(consent.DECISIONS)

    def methods(self) -> tuple[Option, ...]:
        """How consent may have been given."""
        return said(consent.METHODS)

    def interpreter(self) -> tuple[Option, ...]:
        """Whether an interpreter is needed."""
        return said(language.NEEDED)

    def attachments(self) -> list[dict[str, str]]:
        """The files kept so far: id, and name with size."""
        kept = self._field.stored if isinstance(self._field.stored, list) else []
        return [{"id": str(each.get("id", "")), "words": file.describe(each)} for each in kept]

    def _under_headings(self, items_of: Callable[[list[Option]], list[dict[str, Any]]]) -> list[tuple[str, list[dict[str, Any]]]]:
        if not any(option.group for option in self.options):
            return []
        return [(heading, items_of(options)) for heading, options in self.grouped_options()]

    def _not_known(self, part: str) -> list[dict[str, Any]]:
        if not self._field.question.not_known or self._field.drawer.chosen_by != "radio":
            return []
        return [{"divider": say("or")}, self._item(Option(id=NOT_KNOWN_OPTION, label=say("Not known")), part)]

    def _item(self, option: Option, part: str) -> dict[str, Any]:
        item = {"value": option.id, "text": option.label, "checked": option.id in self._field.chosen(part)}
        return item | ({"hint": {"text": option.hint}} if option.hint else {})
