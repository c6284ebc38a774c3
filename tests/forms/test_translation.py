"""A form in another language: the same ids and rules, texts by their keys, and English where a translation does not fit."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from portal import language
from portal.forms import question_kinds
from portal.forms.conditions import Facts
from portal.forms.languages import FOLDER, LanguageUnknown, shipped, spoken
from portal.forms.load import DefinitionFaults, load_definition
from portal.forms.question_kinds import consent, ethnicity, person, signature, wording
from portal.forms.question_kinds import language as languages_spoken
from portal.forms.translation import Translation, texts_of, translated
from portal.forms.translation_file import coverage, read_translation, with_skeletons
from portal.forms.validate import problems
from portal.submissions import news_words

PORTAL = Path(__file__).parents[2] / "portal"
FORM = load_definition("""\
schema: 1
id: made_up
title: Asking
audience: public
sections: [{id: one, title: One}]
lists: {answers: [{id: some, label: Some, hint: A few}, {id: none, label: None}]}
repeats: {pets: {title: Pets, item: pet, add: Add a pet, item_label: "Pet {name}"}}
pages:
  - id: first
    section: one
    title: First
    guidance: Read this.
    questions:
      - {id: how, kind: radios, label: How many?, list: answers, required: true, errors: {required: Say how many}}
      - {id: again, kind: radios, label: How many today?, list: answers}
      - {id: own, kind: radios, label: Which?, options: [{id: a, label: The first}, {id: b, label: The second}]}
      - {id: scale, kind: scale, label: How well?, labels: {low: Badly, high: Well}}
      - {id: long, kind: number, label: How long?, suffix: hours, required: true}
      - {id: day, kind: date, label: When?, rules: [{not_after: today, message: That is to come}]}
  - {id: pet, section: one, title: A pet, repeat: pets, questions: [{id: name, kind: text, label: Name}]}
""")
TEXTS = texts_of(FORM)
WHOLE = Translation("tr", {key: (english, f"«{english}»") for key, english in TEXTS.items()})
TURKISH = spoken("tr", FOLDER).language


def without(*keys):
    return Translation("tr", {key: pair for key, pair in WHOLE.pairs.items() if key not in keys})


def test_every_text_that_people_read_has_a_key():
    assert TEXTS["form.title"] == "Asking" and TEXTS["page.first.guidance"] == "Read this."
    assert TEXTS["question.scale.labels.low"] == "Badly" and TEXTS["question.long.suffix"] == "hours"
    assert TEXTS["question.day.rules.not_after"] == "That is to come" and TEXTS["question.how.errors.required"] == "Say how many"
    assert TEXTS["question.own.options.b.label"] == "The second" and TEXTS["repeat.pets.item_label"] == "Pet {name}"


def test_a_list_is_translated_once_wherever_it_is_used():
    assert [key for key in TEXTS if key.endswith("some.label")] == ["list.answers.some.label"]
    made = translated(FORM, WHOLE)
    assert made.index.questions["how"].settings.options == made.index.questions["again"].settings.options
    assert made.index.questions["again"].settings.options[0].hint == "«A few»"


def test_a_whole_translation_leaves_no_english_and_changes_nothing_else():
    made = translated(FORM, WHOLE)
    assert texts_of(made) == {key: f"«{english}»" for key, english in TEXTS.items()}
    assert (made.language, made.sha256, list(made.index.questions)) == ("tr", FORM.sha256, list(FORM.index.questions))
    assert not any(part.lang for part in (made, made.pages[0], *made.pages[0].questions, made.sections[0], made.repeats[0], made.send))


@given(st.sets(st.sampled_from(sorted(TEXTS))))
def test_a_part_is_translated_whole_or_is_english_and_says_so(left_out):
    made = translated(FORM, without(*left_out))
    for question, was in zip(made.index.questions.values(), FORM.index.questions.values(), strict=True):
        assert question.label in (was.label, f"«{was.label}»")
        assert question.lang == ("en" if question.label == was.label else "")
        assert [option.id for option in getattr(question.settings, "options", ())] == [option.id for option in getattr(was.settings, "options", ())]
        assert not question.lang or question.model_copy() == question == was or question.settings == was.settings


def test_a_translation_of_other_english_is_not_used_and_counts_as_stale():
    old = Translation("tr", WHOLE.pairs | {"page.first.title": ("The first page", "Eski")})
    made = translated(FORM, old)
    assert (made.pages[0].title, made.pages[0].lang) == ("First", "en")
    assert coverage(old, TEXTS).stale == ("page.first.title",) and coverage(without("form.title"), TEXTS).missing == ("form.title",)


def test_line_breaks_do_not_make_a_translation_stale():
    assert Translation("tr", {"k": ("One\nline  and two", "Bir")}).of("k", "One line and\ntwo ") == "Bir"


def test_answers_are_judged_alike_and_told_in_the_language_spoken():
    answers = {"how": "many", "day": "2199-01-01"}
    facts = Facts(today=date(2026, 5, 4))
    english = problems(FORM, answers, facts)
    with language.speaking(TURKISH):
        turkish = problems(translated(FORM, WHOLE), answers, facts)
    assert [(each.path, each.code) for each in turkish] == [(each.path, each.code) for each in english]
    assert all("must" not in each.message and "Select" not in each.message for each in turkish)


def test_a_question_without_translation_is_told_of_in_english_altogether():
    made = translated(FORM, without("question.long.label"))
    with language.speaking(TURKISH):
        assert question_kinds.missing(made.index.questions["long"]).message == "Answer “How long?”"
        assert question_kinds.missing(made.index.questions["day"]).message == "“«When?»” alanını doldurun"
        assert question_kinds.text_of(made.index.questions["long"], 1234.5) == "1,234.5 hours"
        assert language.current() is TURKISH


def test_numbers_are_read_and_shown_as_the_language_writes_them():
    asked = load_definition(FORM_WITH_STEPS).index.questions["much"]
    with language.speaking(TURKISH):
        read = question_kinds.read(asked, {"": ["1.234,5"]})
        assert read.value == 1234.5 and question_kinds.text_of(asked, 1234.5) == "1.234,5"
        assert question_kinds.read(asked, question_kinds.raw_of(asked, 1234.5)).value == 1234.5
    assert question_kinds.read(asked, {"": ["1,234.5"]}).value == 1234.5


FORM_WITH_STEPS = """\
schema: 1
id: steps
title: Steps
audience: public
sections: [{id: one, title: One}]
pages: [{id: p, section: one, title: P, questions: [{id: much, kind: number, label: How much, step: 0.5}]}]
"""


@pytest.mark.parametrize(("typed", "kept"), [("mayıs", "05"), ("Mayis", "05"), ("MAYIS", "05"), ("şub", "02"), ("Subat", "02"), ("May", "05"), ("December", "12")])
def test_months_are_taken_in_both_languages_with_or_without_dots(typed, kept):
    day = translated(FORM, WHOLE).index.questions["day"]
    with language.speaking(TURKISH):
        assert question_kinds.read(day, {"day": ["4"], "month": [typed], "year": ["2026"]}).value == f"2026-{kept}-04"


def test_skeletons_keep_what_is_there_and_take_over_what_is_the_same(tmp_path):
    head = {"title": "Asking", "called": "Turkish", "code": "tr", "name": "made_up"}
    path = tmp_path / "made_up.tr.yaml"
    path.write_text(with_skeletons(None, TEXTS, head), "utf-8")
    empty = read_translation(path, "tr", "made_up")
    assert list(empty.pairs) == list(TEXTS) and coverage(empty, TEXTS).done == 0
    path.write_text(path.read_text("utf-8").replace('en: "First"\n    tr: ""', 'en: "An older first"\n    tr: "Ilk"'), "utf-8")
    path.write_text(with_skeletons(read_translation(path, "tr", "made_up"), TEXTS, head), "utf-8")
    assert read_translation(path, "tr", "made_up").pairs["page.first.title"] == ("An older first", "Ilk")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a list", "is no file of translations"),
        ("schema: 1\nlanguage: xx\nof: made_up\ntexts: {}", "`language` is 'xx'; in this file it is 'tr'"),
        ("schema: 1\nlanguage: tr\nof: made_up\ntexts: {form.title: {en: Asking}}", "form.title has two texts, `en` and `tr`"),
        ("schema: 1\nlanguage: tr\nof: made_up\ntexts: {}\nwords: {}", "unknown key 'words'"),
        ("schema: 1\nlanguage: tr\nlanguage: tr", "language"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(tmp_path, text, told):
    path = tmp_path / "made_up.tr.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DefinitionFaults) as wrong:
        read_translation(path, "tr", "made_up")
    assert told in str(wrong.value) and "made_up.tr.yaml:" in str(wrong.value)


def test_a_language_nobody_has_a_file_of_is_refused_by_name(tmp_path):
    with pytest.raises(LanguageUnknown, match="no file of the language 'xx'; the portal has tr"):
        spoken("xx", tmp_path)


def test_a_year_has_twelve_months_in_every_language(tmp_path):
    (tmp_path / "xx.yaml").write_text("language: xx\nmonths: [one, two]\n", "utf-8")
    with pytest.raises(DefinitionFaults, match="`months` has 2 names; a year has twelve"):
        spoken("xx", tmp_path)


def words_said():
    """Every text that the source says, as it stands in calls of `say` and `show`, and those that drawers make of tables."""
    found = set()
    for path in sorted(PORTAL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("say", "show"):
                found |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    for path in sorted((PORTAL / "templates").rglob("*.html")):
        calls = Environment().parse(path.read_text()).find_all(nodes.Call)
        found |= {call.args[0].value for call in calls if getattr(call.node, "name", "") in ("say", "show") and call.args and isinstance(call.args[0], nodes.Const)}
    return found | words_of_tables()


def words_of_tables():
    found = {f"{verb} {{words}}" for verb in wording.VERBS} | set(person.LABELS.values()) | set(signature.LABELS.values()) | set(consent.LABELS.values())
    found |= {f"Enter the {label.lower()} of {{words}}" for label in person.LABELS.values()}
    found |= set(news_words.SENTENCES)
    lists = (*consent.DECISIONS, *consent.METHODS, *languages_spoken.NEEDED, *languages_spoken.BUILT_IN, *ethnicity.BUILT_IN)
    return found | {words for option in lists for words in (option.label, option.group) if words}


def test_no_two_lists_of_the_portal_mean_different_things_by_the_same_words():
    """Words are looked up by their English, so an Irish person and the Irish language need English of their own."""
    assert {option.label for option in languages_spoken.BUILT_IN} & {option.label for option in ethnicity.BUILT_IN} == set()


def test_every_verb_of_a_drawer_is_among_those_that_are_translated():
    assert {kind.asks_to for kind in question_kinds.kinds().values()} <= set(wording.VERBS)


@pytest.mark.parametrize("code", shipped())
def test_a_language_that_comes_with_the_portal_has_every_word(code):
    assert sorted(words_said() - set(spoken(code, FOLDER).language.words)) == []


@pytest.mark.parametrize("code", shipped())
def test_a_language_has_no_word_that_nobody_says(code):
    constants = {node.value for path in PORTAL.rglob("*.py") for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    templates = "".join(path.read_text() for path in sorted((PORTAL / "templates").rglob("*.html")))
    known = words_said() | {each for each in constants if isinstance(each, str)}
    assert [word for word in spoken(code, FOLDER).language.words if word not in known and f'"{word}"' not in templates and f"'{word}'" not in templates] == []


@pytest.mark.parametrize("code", shipped())
def test_translated_words_name_the_same_things_in_braces(code):
    marks = re.compile(r"%?\{[a-z_]+\}")
    words = spoken(code, FOLDER).language.words
    assert [english for english, said in words.items() if sorted(marks.findall(english)) != sorted(marks.findall(said))] == []


