"""How questions look: every macro in every state is valid HTML, every control has a label, every error leads to one input."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, render_template_string
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.datastructures import FileStorage, MultiDict

from portal.forms import question_kinds
from portal.forms.answers import clean_text
from portal.forms.condition_tree import parse
from portal.forms.conditions import Facts
from portal.forms.journey import Block
from portal.forms.model import FormDefinition, Option, Page, Question, Section
from portal.forms.page_form import PageForm, build
from portal.language import TEMPLATE_WORDS
from tests.forms.asking import HOSTILE, asked

TODAY = date(2026, 5, 4)
ALL = sorted(question_kinds.kinds())
ANSWERED = [name for name in ALL if question_kinds.kind(name).has_value]
PAGE = """{% from "components/questions.html" import question %}<!DOCTYPE html>
<html lang="en"><head><title>Page</title></head><body>
<ul>{% for error in form.error_list %}<li><a href="{{ error.href }}">{{ error.text }}</a></li>{% endfor %}</ul>
<form method="post"{% if form.has_files %} enctype="multipart/form-data"{% endif %}>
{% for block, fields in form.blocks %}{% for field in fields %}{{ question(field, as_heading and form.is_single) }}{% endfor %}{% endfor %}
</form></body></html>"""


@pytest.fixture(scope="module")
def app():
    app = Flask("drawn")
    app.jinja_options = {"undefined": ChainableUndefined}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(TEMPLATE_WORDS)
    app.jinja_loader = ChoiceLoader([PackageLoader("portal"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])
    with app.test_request_context():
        yield app


def form_of(*questions: Question, answers=None, incomplete=None, audience="public", **posted) -> PageForm:
    page = Page(id="one", section="s", title="One", questions=questions)
    definition = FormDefinition(schema=1, id="made_up", title="Made up", audience=audience, sections=(Section(id="s", title="S"),), pages=(page,))
    return build(definition, [Block(page, (), page.title, questions)], answers or {}, incomplete or {}, Facts(TODAY, test_numbers=True), **posted)


def drawn(form: PageForm, as_heading: bool = False) -> tuple[str, list[Element]]:
    html = render_template_string(PAGE, form=form, as_heading=as_heading)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return html, list(parser.parse(html).iter())


def check(elements: list[Element]) -> None:
    ids = [each.get("id") for each in elements if each.get("id") is not None]
    assert len(ids) == len(set(ids))
    assert all(ids)
    labels = {each.get("for") for each in elements if each.tag == "label"}
    assert labels <= set(ids)
    for each in elements:
        if each.tag in ("input", "select", "textarea") and each.get("type") != "hidden":
            assert each.get("id") in labels, f"{each.get('name')} has no label"
        for name in ("aria-describedby", "aria-labelledby"):
            assert set((each.get(name) or "").split()) <= set(ids), f"{name}: {each.get(name)}"
        assert "None" not in (each.get("value") or "")
        assert each.get("style") is None
    focusable = {each.get("id") for each in elements if each.tag in ("input", "select", "textarea", "a") and each.get("type") != "hidden"}
    for each in elements:
        if each.tag == "a" and (each.get("href") or "").startswith("#"):
            assert each.get("href", "")[1:] in focusable, f"{each.get('href')} takes no focus"


def by_id(elements: list[Element], name: str) -> Element:
    (found,) = [each for each in elements if each.get("id") == name]
    return found


@pytest.mark.parametrize("as_heading", [False, True])
@pytest.mark.parametrize("name", ALL)
def test_an_empty_question_is_well_made(app, name, as_heading):
    html, elements = drawn(form_of(asked(name, hint="A hint & more", not_known=name not in ("guidance", "statement"))), as_heading)
    check(elements)
    heads = [each for each in elements if each.tag == "h1"]
    assert len(heads) == (1 if as_heading and name not in ("guidance", "statement") else 0)
    assert "A hint &amp; more" in html or name == "guidance"
    if name not in ("guidance", "statement"):
        assert "Not known" in html


@pytest.mark.parametrize("name", ANSWERED)
def test_a_filled_question_shows_its_answer(app, name):
    question = asked(name, **({"estimated": True} if name == "date" else {}))
    html, elements = drawn(form_of(question, answers={question.id: question_kinds.example(question)}))
    check(elements)
    raw = question_kinds.raw_of(question, question_kinds.example(question))
    shown = {each.get("name"): each for each in elements if each.get("name")}
    for part, values in raw.items():
        assert (f"{question.id}-{part}" if part else question.id) in shown
        assert all(str(value) in unescape(html) for value in values)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_required_question_left_out_comes_back_with_a_link_to_one_input(app, name):
    question = asked(name, required=True)
    form = form_of(question, formdata=MultiDict({"_shown": question.id}))
    assert [problem.code for problem in form.read().problems] == ["required"]
    html, elements = drawn(form)
    check(elements)
    assert html.count(form.error_list[0]["text"]) >= 2
    assert len(form.error_list) == 1


WRONG = {
    "address": {"-line2": "x", "-postcode": "nowhere"},
    "consent": {"-decision": "given", "-day": "40", "-month": "5", "-year": "2026", "-limits": "x" * 5000},
    "date": {"-day": "31", "-month": "February", "-year": "2020"},
    "ethnicity": {"-code": "martian", "-write_in": "x" * 300},
    "language": {"-code": "other", "-interpreter": "perhaps"},
    "person": {"-phone": "12", "-email": "nobody"},
    "signature": {"-day": "1"},
    "text": {"": "x" * 300},
    "long_text": {"": "x" * 30_000},
    "yes_no": {"": "perhaps"},
    "radios": {"": "green"},
    "checkboxes": {"": ["red", "none"]},
    "select": {"": "green"},
    "time": {"": "25 o'clock"},
    "number": {"": "many"},
    "scale": {"": "11"},
    "email": {"": "nobody"},
    "phone": {"": "call me"},
    "postcode": {"": "nowhere"},
    "nhs_number": {"": "123"},
    "upn": {"": "123"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_comes_back_as_typed_with_every_error_beside_its_input(app, name):
    question = asked(name)
    sent = MultiDict([(f"{question.id}{part}", value) for part, values in WRONG[name].items() for value in (values if isinstance(values, list) else [values])])
    form = form_of(question, formdata=sent)
    reading = form.read()
    assert reading.problems and reading.incomplete[question.id] and not reading.values
    html, elements = drawn(form)
    check(elements)
    for problem in reading.problems:
        assert unescape(html).count(problem.message.rstrip(".")) >= 2
    assert len([each for each in elements if "govuk-error-message" in (each.get("class") or "")]) >= 1
    if name not in ("yes_no", "radios", "select", "scale", "ethnicity", "language", "checkboxes"):
        for values in WRONG[name].values():
            assert values in unescape(html)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_shown_as_text_and_comes_back_the_same(app, text):
    questions = [asked("long_text", id="long"), asked("text", id="short", max_length=2000), asked("address"), asked("person"), asked("consent"), asked("language")]
    sent = MultiDict({"long": text, "short": text[:2000], "a_address-line1": text, "a_person-first_name": text, "a_consent-limits": text, "a_language-write_in": text})
    form = form_of(*questions, formdata=sent)
    form.read()
    _, elements = drawn(form)
    check(elements)
    assert [each.tag for each in elements].count("script") == 0
    cleaned = clean_text(text)[0]
    assert (by_id(elements, "long").text or "") == cleaned
    assert (by_id(elements, "a_consent-limits").text or "") == cleaned
    assert by_id(elements, "short").get("value") == clean_text(text[:2000])[0]
    for name in ("a_address-line1", "a_person-first_name", "a_language-write_in"):
        assert by_id(elements, name).get("value") == cleaned


def test_hostile_words_of_a_form_are_shown_as_text(app):
    bad = "<b>A & B</b> \"'"
    options = (Option(id="one", label=bad, hint=bad, group=bad), Option(id="two", label=bad))
    for name in ALL:
        extra = {"options": options} if name in ("radios", "checkboxes", "select") else {}
        _, elements = drawn(form_of(asked(name, label=bad, hint=bad, not_known=True, **extra)))
        check(elements)
        assert not [each for each in elements if each.tag == "b"]


def test_a_date_goes_to_the_box_that_is_wrong_and_says_so_to_all_of_them(app):
    question = asked("date", autocomplete="bday", hint="For example, 27 3 2007")
    form = form_of(question, formdata=MultiDict({"a_date-day": "2", "a_date-month": "Smarch", "a_date-year": "2020"}))
    form.read()
    assert form.error_list == [{"text": "Date of birth must be a real date", "href": "#a_date-month"}]
    _, elements = drawn(form)
    assert "govuk-input--error" in by_id(elements, "a_date-month").get("class")
    assert by_id(elements, "a_date-month").get("value") == "Smarch"
    assert by_id(elements, "a_date-day").get("autocomplete") == "bday-day"
    assert by_id(elements, "a_date-day").get("inputmode") == "numeric"
    (group,) = [each for each in elements if each.tag == "fieldset"]
    assert group.get("aria-describedby") == "a_date-hint a_date-error"
    assert group.get("role") == "group"


def test_ids_within_repeats_are_unique_and_names_are_paths(app):
    page = Page(id="one", section="s", title="One", repeat="children", layout="together", questions=(asked("text", id="name"), asked("date", id="born")))
    definition = FormDefinition(schema=1, id="made_up", title="Made up", audience="staff", sections=(Section(id="s", title="S"),), pages=(page,))
    blocks = [Block(page, (("children", item),), title, page.questions) for item, title in (("k1", "Ada"), ("k2", "Ben & Bo"))]
    answers = {"children": [{"_id": "k1", "name": "Ada"}, {"_id": "k2", "name": "Ben", "born": "2019-05-04"}]}
    _, elements = drawn(build(definition, blocks, answers, {}, Facts(TODAY)))
    check(elements)
    assert by_id(elements, "children--k2--born-day").get("name") == "children.k2.born-day"
    assert by_id(elements, "children--k2--born-day").get("value") == "4"


def test_optional_is_said_on_public_pages_only_and_not_in_a_heading(app):
    for audience, as_heading, expected in (("public", False, True), ("staff", False, False), ("public", True, False)):
        html, _ = drawn(form_of(asked("text"), audience=audience), as_heading)
        assert ("First name (optional)" in html) is expected
    html, _ = drawn(form_of(asked("text", required=True)))
    assert "optional" not in html


def test_a_long_list_may_be_completed_by_a_script_and_keeps_its_groups(app):
    _, elements = drawn(form_of(asked("language"), asked("select"), asked("ethnicity")))
    assert by_id(elements, "a_language-code").get("data-type-ahead") is not None
    assert by_id(elements, "a_select").get("data-type-ahead") is None
    groups = [each.get("label") for each in by_id(elements, "a_ethnicity-code") if each.tag == "optgroup"]
    assert groups[0] == "Asian or Asian British" and groups[-1] == "Not recorded"


def test_radios_offer_not_known_as_one_more_button(app):
    form = form_of(asked("yes_no", not_known=True), answers={"a_yes_no": {"not_known": True}})
    _, elements = drawn(form)
    buttons = [each for each in elements if each.get("type") == "radio"]
    assert [(each.get("value"), each.get("checked") is not None) for each in buttons] == [("yes", False), ("no", False), ("-not-known", True)]


ROOMS = (
    Option(id="hall", label="Hall", group="Inside & dry"),
    Option(id="stage", label="Stage", group="Inside & dry"),
    Option(id="field", label="Field", group="Outside"),
    Option(id="none", label="None of these", exclusive=True),
)


@pytest.mark.parametrize(("kind", "type_"), [("radios", "radio"), ("checkboxes", "checkbox")])
@pytest.mark.parametrize("as_heading", [False, True])
def test_options_of_a_group_stand_under_its_heading_and_are_announced_with_it(app, kind, type_, as_heading):
    form = form_of(asked(kind, options=ROOMS, required=True, hint="Choose a room"), formdata=MultiDict({"_shown": f"a_{kind}"}))
    form.read()
    html, elements = drawn(form, as_heading)
    check(elements)
    groups = [each for each in elements if each.get("role") == "group" and each.tag == "div"]
    named = {by_id(elements, each.get("aria-labelledby")).text: [box.get("value") for box in each.iter() if box.get("type") == type_] for each in groups}
    assert named == {"Inside & dry": ["hall", "stage"], "Outside": ["field"]}
    assert {each.get("name") for each in elements if each.get("type") == type_} == {f"a_{kind}"}
    assert "None of these" in html and "Choose a room" in html
    assert by_id(elements, f"a_{kind}").get("value") == "hall"
    (fieldset,) = [each for each in elements if each.tag == "fieldset"]
    assert fieldset.get("aria-describedby") == f"a_{kind}-hint a_{kind}-error"


def test_not_known_stands_apart_from_the_last_group(app):
    form = form_of(asked("radios", options=ROOMS[:3], not_known=True), answers={"a_radios": "stage"})
    _, elements = drawn(form)
    check(elements)
    (outside,) = [each for each in elements if each.get("aria-labelledby") == "a_radios-group-2-name"]
    assert [box.get("value") for box in outside.iter() if box.get("type") == "radio"] == ["field"]
    buttons = [(each.get("value"), each.get("checked") is not None) for each in elements if each.get("type") == "radio"]
    assert buttons == [("hall", False), ("stage", True), ("field", False), ("-not-known", False)]


def test_an_exclusive_option_stands_after_an_or_and_tells_the_script(app):
    html, elements = drawn(form_of(asked("checkboxes")))
    assert [each.get("data-behaviour") for each in elements if each.get("type") == "checkbox"] == [None, None, "exclusive"]
    assert "govuk-checkboxes__divider" in html


def test_files_kept_can_be_removed_and_limits_are_told(app):
    question = asked("file", label="Earlier plans", later=True)
    kept = [{"id": "abc", "name": "plan & map.pdf", "size": 1_300_000, "sha256": "0"}]
    form = form_of(question, answers={question.id: kept})
    html, elements = drawn(form)
    check(elements)
    assert form.has_files
    assert by_id(elements, "a_file-remove-1").get("value") == "abc"
    assert "Remove plan &amp; map.pdf (1.3 MB)" in html
    assert by_id(elements, "a_file").get("accept") == ".pdf,.docx,.odt,.jpg,.jpeg,.png,.heic,.heif,.txt"
    assert "20 MB each at most. If you do not have this now, you can send it later." in html
    assert 'data-module="govuk-file-upload"' not in html


def test_a_file_that_is_refused_is_named_with_the_limit(app):
    question = asked("file", max_mb=1)
    files = MultiDict([(question.id, FileStorage(BytesIO(b"x"), "virus.exe")), (question.id, FileStorage(BytesIO(b"x" * 1_200_000), "big.pdf"))])
    form = form_of(question, formdata=MultiDict(), files=files)
    form.read()
    _, elements = drawn(form)
    check(elements)
    assert [error["text"] for error in form.error_list] == [
        "“virus.exe” must be a PDF, Word (DOCX), ODT, JPEG, PNG, HEIC or TXT file",
        "“big.pdf” is 1.2 MB; files must be 1 MB or smaller",
    ]


def test_where_a_prefilled_answer_came_from_is_told_beside_it(app):
    form = form_of(asked("text", hint="As on papers"), answers={"a_text": "Ada"})
    form["a_text"].came_from = "From the request of 4 May 2026."
    html, _ = drawn(form)
    assert "As on papers. From the request of 4 May 2026." in html


@pytest.mark.parametrize(
    ("question", "is_short"),
    [
        (asked("select"), True),
        (asked("date"), True),
        (asked("text", max_length=120), True),
        (asked("text", max_length=300), False),
        (asked("yes_no", label="Seen alone?"), True),
        (asked("yes_no", label="Did professionals meet without the family beforehand?"), False),
        (asked("long_text"), False),
        (asked("radios"), False),
    ],
)
def test_what_takes_little_room_may_stand_beside_others_on_a_long_page(app, question, is_short):
    html, _ = drawn(form_of(question))
    assert ("portal-question--short" in html) is is_short


def test_a_question_that_an_answer_made_show_asks_for_an_answer_and_a_text_to_read_does_not(app):
    told = asked("yes_no", id="told")
    told_no = parse({"question": "told", "is": "no"})
    sent = MultiDict([("told", "no"), ("_shown", "told")])
    for question, asks in ((asked("text", when=told_no), True), (asked("guidance", when=told_no), False)):
        form = form_of(told, question, formdata=sent)
        form.read()
        html, _ = drawn(form)
        assert ("please answer this too" in html) is asks
        assert question.id == "a_text" or "Read <strong>this</strong>" in html


def test_every_label_and_text_fits_narrow_screens(app):
    html, _ = drawn(form_of(*(asked(name, id=f"q_{name}") for name in ALL)))
    assert not re.search(r'width="\d|<table', html)
