"""Compiled drawings say the same as the macros, byte for byte: every kind, every page of every form there is, in every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal import language
from portal.councils.library import council
from portal.forms import drawn_questions, question_kinds
from portal.forms.answers import put
from portal.forms.conditions import Facts
from portal.forms.drawn_questions import Drawings
from portal.forms.journey import Block, Journey
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition, Page, Scope
from portal.forms.page_form import PageForm, build
from portal.forms.paths import path_of
from portal.forms.question_field import QuestionField, input_name
from portal.forms.question_kinds import Wrong
from tests.forms.asking import HOSTILE, asked
from tests.forms.small_forms import VALUES, small_forms
from tests.forms.test_question_kinds_drawn import ALL, ANSWERED, WRONG, form_of

FACTS = Facts(date(2026, 5, 4), test_numbers=True)
VALE = Path(__file__).parents[1] / "packs" / "marlowe_vale"
PACKS = {"hackney": council("hackney"), "marlowe_vale": council("marlowe_vale", VALE)}
FORMS = [(pack, form_id) for pack, one in PACKS.items() for form_id in one.form_ids()]
WORDS = ["Asha <b> & \"Tomasz\"", "one\ntwo", "\n\nafter", "  ends  ", "٣٤٥ 👨‍👩‍👧"]


class Counted:
    """The macros, counting how often they draw."""

    def __init__(self) -> None:
        app = Flask("drawn")
        templates: Environment = app.jinja_env
        templates.undefined = ChainableUndefined
        templates.trim_blocks = templates.lstrip_blocks = True
        templates.globals.update(language.TEMPLATE_WORDS)
        templates.loader = ChoiceLoader([PackageLoader("portal"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])
        with app.app_context():
            self.macros = templates.get_template(drawn_questions.FILE).module
        self.count = 0

    def __call__(self, field: QuestionField, as_heading: bool) -> Markup:
        self.count += 1
        return self.macros.question_by_macros(field, as_heading)


@cache
def portal() -> tuple[Counted, Drawings]:
    """The macros, and the drawings made from them."""
    counted = Counted()
    return counted, Drawings(counted)


def same(field: QuestionField, as_heading: bool = False) -> bool:
    """Whether the drawing says what the macros say; it is made first and then filled, for nothing may hang on the first one."""
    macros, drawings = portal()
    expected = macros(field, as_heading)
    assert drawings(field, as_heading) == expected, field.path
    assert drawings(field, as_heading) == expected, field.path
    assert type(drawings(field, as_heading)) is Markup
    return drawings.drawing_of(field, as_heading) is not None


def only(form: PageForm) -> QuestionField:
    (field,) = form
    return field


def a_kind(name: str, **keys: Any) -> QuestionField:
    return only(form_of(asked(name, hint="A hint & more", not_known=name not in ("guidance", "statement"), **keys)))


@pytest.mark.parametrize("as_heading", [False, True])
@pytest.mark.parametrize("name", ALL)
def test_every_kind_is_drawn_the_same_empty_and_with_an_answer(name, as_heading):
    question = asked(name, hint="A hint")
    assert same(only(form_of(question)), as_heading)
    assert same(a_kind(name), as_heading)
    if name in ANSWERED and name != "file":
        assert same(only(form_of(question, answers={question.id: question_kinds.example(question)})), as_heading)
        unknown = asked(name, not_known=True)
        assert same(only(form_of(unknown, answers={unknown.id: dict(question_kinds.NOT_KNOWN)})), as_heading)


@pytest.mark.parametrize("name", ANSWERED)
def test_whatever_was_typed_comes_back_the_same(name):
    field = a_kind(name)
    for words in (*HOSTILE.values(), *WORDS):
        field.show({part: [words] for part in field.parts()})
        same(field)
    for part in field.parts():
        field.show({part: ["<first>", "second"]})
        same(field)


@pytest.mark.parametrize("name", ["checkboxes", "ethnicity", "language", "radios", "scale", "select", "yes_no", "consent"])
def test_each_thing_that_can_be_chosen_is_marked_the_same(name):
    field = a_kind(name)
    offered = [option.id for option in field.choices.options] or ["given", "refused", "verbal", "yes", "no"]
    for part in field.parts():
        for chosen in ([one] for one in offered[:6] + offered[-3:]):
            field.show({part: chosen})
            assert same(field)
        field.show({part: offered})
        assert same(field)
        field.show({part: ["nothing like it", *offered]})
        assert same(field)


@pytest.mark.parametrize("name", ANSWERED)
def test_errors_are_drawn_the_same_wherever_they_stand(name):
    parts = ("", *a_kind(name).parts())
    told = [[Wrong("one", "Enter <b>it</b> & more.", part)] for part in parts]
    told += [[Wrong("one", "First", part), Wrong("two", f"Second {part}", part), Wrong("one", "First.", "")] for part in parts]
    told += [[Wrong("one", "two\nlines", parts[-1]), Wrong("two", "", parts[0])]]
    for wrong in told:
        field = a_kind(name)
        field.wrong = wrong
        same(field)
    question = asked(name)
    raw = {f"{question.id}{part}": value for part, value in WRONG.get(name, {}).items()}
    form = form_of(question, formdata=MultiDict(raw | {"_shown": question.id}))
    form.read()
    assert same(only(form)) or name == "file"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("source", ["", "From the request of 4 May & more. Check that it is still right.", "two\nlines", " "])
def test_what_stands_beside_a_question_is_drawn_the_same(name, source):
    for is_revealed in (False, True):
        field = a_kind(name, later=True)
        field.came_from, field.is_revealed, field.marks_optional = source, is_revealed, is_revealed
        assert same(field) or source == " "


def test_files_that_were_added_are_left_to_the_macros():
    field = only(form_of(asked("file"), answers={"a_file": question_kinds.example(asked("file"))}))
    assert not same(field)
    assert "Remove school-report.pdf" in portal()[1](field)


def pages_of(form: FormDefinition) -> Iterator[tuple[Page, Scope, dict[str, Any]]]:
    """Every page of questions, with a scope of items that are there."""
    for page in form.pages:
        answers: dict[str, Any] = {}
        scope: Scope = ()
        for repeat_id in form.index.chain(page.repeat):
            answers = put(answers, path_of(scope, repeat_id), [{"_id": "k1"}, {"_id": "m-2"}])
            scope = (*scope, (repeat_id, "m-2"))
        if page.questions:
            yield page, scope, answers


def states_of(form: FormDefinition, page: Page, scope: Scope, answers: dict[str, Any]) -> Iterator[PageForm]:
    """The page empty, filled, not known, sent back empty, with texts nobody expected, with everything wrong and from elsewhere."""
    blocks = [Block(page, scope, page.title, page.questions)]
    paths = {path_of(scope, question.id): question for question in page.questions if question_kinds.kind(question.kind).has_value}
    filled, unknown = answers, answers
    for path, question in paths.items():
        if question.kind != "file":
            filled = put(filled, path, question_kinds.example(question))
        if question.not_known:
            unknown = put(unknown, path, dict(question_kinds.NOT_KNOWN))
    for each in (answers, filled, unknown):
        yield build(form, blocks, each, {}, FACTS)
    sent = MultiDict([("_shown", path) for path in paths])
    for words in ("", "<x> & \"y\""):
        for path, question in paths.items():
            for part in question_kinds.kind(question.kind).parts(question) if words else ():
                sent.add(input_name(path, part), words)
        posted = build(form, blocks, answers, {}, FACTS, formdata=sent)
        posted.read()
        yield posted
    marked = build(form, blocks, filled, {}, FACTS)
    for field in marked:
        field.wrong = [Wrong("a", "Put it & right", part) for part in field.parts()[:2]]
        field.came_from, field.is_revealed = "From the last meeting.", True
    yield marked


@pytest.mark.parametrize(("pack", "form_id"), FORMS)
def test_every_page_of_every_form_is_drawn_the_same_in_every_state(pack, form_id):
    form = PACKS[pack].form(form_id)
    left = []
    for page, scope, answers in pages_of(form):
        for shown in states_of(form, page, scope, answers):
            left += [field.path for field in shown if not same(field)]
            if len(list(shown)) == 1:
                same(next(iter(shown)), as_heading=True)
    assert left == [], "these are drawn by the macros on every request"


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(small_forms())
def test_forms_nobody_has_seen_are_drawn_the_same(form):
    for page, scope, answers in pages_of(form):
        for shown in states_of(form, page, scope, answers):
            for field in shown:
                same(field)
                for value in VALUES[field.kind]:
                    field.show(question_kinds.raw_of(field.question, value))
                    same(field)


def test_the_macros_draw_a_question_a_few_times_and_then_never_again():
    macros = Counted()
    drawings = Drawings(macros)
    form = council("hackney").form("request_for_support")
    pages = list(pages_of(form))
    for words in ("Asha", "Tomasz", "Ngozi"):
        for page, scope, answers in pages:
            for field in build(form, [Block(page, scope, "", page.questions)], answers, {}, FACTS):
                field.show({part: [words] for part in field.parts()})
                drawings(field)
        if words == "Asha":
            macros.count = 0
    assert macros.count == 0


def test_the_same_question_of_two_items_has_one_drawing():
    macros, drawings = portal()
    form = council("hackney").form("request_for_support")
    page, scope, answers = next(each for each in pages_of(form) if each[1])
    (repeat_id, _), *_ = scope
    one, two = (next(iter(build(form, [Block(page, ((repeat_id, item),), "", page.questions)], answers, {}, FACTS))) for item in ("k1", "m-2"))
    assert drawings.drawing_of(one) is drawings.drawing_of(two)
    assert drawings(one) == macros(one, False) != drawings(two)


def test_people_who_are_offered_the_same_options_see_one_drawing():
    macros, drawings = portal()
    text = """
schema: 1
id: offers
title: Offers
audience: public
sections: [{id: one, title: One}]
pages:
  - id: page
    section: one
    title: Page
    questions:
      - {id: adult, kind: yes_no, label: Adult}
      - {id: drink, kind: radios, label: Drink, options: [{id: tea, label: Tea}, {id: milk, label: Milk}, {id: wine, label: Wine, when: {question: adult, is: "yes"}}]}
"""
    form = load_definition(text)

    def drink(answers: dict[str, Any]) -> QuestionField:
        way = Journey(form, answers, FACTS)
        return build(form, way.blocks(way.find("page")), answers, {}, FACTS)["drink"]

    young, other, grown = drink({"adult": "no"}), drink({"drink": "tea"}), drink({"adult": "yes"})
    assert same(young) and same(other) and same(grown)
    assert drawings.drawing_of(young) is drawings.drawing_of(other) is not drawings.drawing_of(grown)
    assert "Wine" in drawings(grown) and "Wine" not in drawings(young)


def test_a_field_that_carries_something_new_is_left_to_the_macros():
    field = a_kind("text")
    assert portal()[1].drawing_of(field) is not None
    field.note_of_reviewer = ""
    assert portal()[1].drawing_of(field) is not None
    field.note_of_reviewer = "Please say more"
    assert portal()[1].drawing_of(field) is None


def test_a_label_that_is_html_is_not_taken_for_one_that_is_text():
    plain, html = (only(form_of(asked("text", label="x").model_copy(update={"label": label}))) for label in ("<b>A</b>", Markup("<b>A</b>")))
    assert same(plain, as_heading=True) and same(html, as_heading=True)
    assert portal()[1](plain, True) != portal()[1](html, True)


def test_each_language_has_its_own_drawings():
    field = a_kind("text")
    english = portal()[1].drawing_of(field)
    with language.speaking(language.Language("tr", "Türkçe", "Turkish", words={"Not known": "Bilinmiyor"})):
        assert same(field)
        assert portal()[1].drawing_of(field) is not english


def test_a_macro_that_does_more_with_a_text_than_show_it_draws_itself():
    field = a_kind("text")

    def shouting(one: QuestionField, as_heading: bool) -> Markup:
        return Markup("<p>{}</p>").format(one.value().upper())

    drawings = Drawings(shouting)
    field.show({"": ["asha"]})
    assert drawings.drawing_of(field) is None
    assert drawings(field) == "<p>ASHA</p>"
