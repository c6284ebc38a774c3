"""What a document is given: bound answers only, shown ones only, with the words their bindings give for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from portal.councils.document_model import Binding, DocumentRule
from portal.documents.merge_data import (
    FACTS,
    KEPT_CONFIDENTIAL,
    BindingBroken,
    Material,
    Sources,
    gather,
    shape,
)
from portal.forms.answers import visible
from portal.forms.conditions import Facts, parse
from portal.forms.load import load_definition
from portal.word.fields import OPTIONAL
from tests.documents.shipped import pack_of

FORM = """
schema: 1
id: made_up
title: A made-up form
audience: staff
sections: [{id: all, title: Everything}, {id: end, title: The end}]
repeats:
  goals: {title: Goals, item: goal, item_label: "{goal}"}
  scores: {title: Scores, item: goal, over: goals, item_label: "{goals.goal}"}
  steps: {title: Steps, item: step, inside: goals, item_label: "{step}"}
pages:
  - id: one
    section: all
    title: Everything
    questions:
      - {id: name, kind: text, label: Name}
      - {id: agreed, kind: yes_no, label: Agreed}
      - {id: why_not, kind: text, label: Why not, when: {question: agreed, is: "no"}}
      - {id: ways, kind: checkboxes, label: Ways, options: [{id: phone, label: By phone}, {id: post, label: By post}]}
      - {id: home, kind: address, label: Home, not_known: true}
      - {id: lead, kind: person, label: Lead}
      - {id: held_on, kind: date, label: Held on}
  - {id: goal, section: all, title: Goal, repeat: goals, questions: [{id: goal, kind: text, label: Goal}, {id: status, kind: text, label: Status}]}
  - {id: score, section: end, title: Score, repeat: scores, questions: [{id: now, kind: text, label: Now}]}
  - {id: step, section: end, title: Step, repeat: steps, questions: [{id: step, kind: text, label: Step}]}
"""
ANSWERS = {
    "name": "Ada",
    "agreed": "yes",
    "why_not": "kept from before",
    "ways": ["phone", "post"],
    "home": {"lines": ["1 Example Road"], "town": "London", "postcode": "E8 1DY", "no_fixed_address": False, "confidential": False},
    "lead": {"first_name": "Sam", "last_name": "Brook", "role": "Nurse", "organisation": "", "phone": "01632 960001", "email": ""},
    "held_on": "2026-05-04",
    "goals": [
        {"_id": "g1", "goal": "Sleep", "status": "open", "steps": [{"_id": "s1", "step": "Lamp"}, {"_id": "s2", "step": "Story"}]},
        {"_id": "g2", "goal": "School", "status": "done"},
    ],
    "scores": [{"_id": "g1", "now": "6"}],
}
PACK = pack_of("hackney")
DEFINITION = load_definition(FORM, source="made_up.yaml", shared_lists={})


def material(answers: dict) -> Material:
    facts = Facts(date(2026, 5, 4))
    return Material(DEFINITION, visible(DEFINITION, answers, facts).answers, facts)


def rule(fields: dict, audience: str = "file", paper: str = "meeting") -> DocumentRule:
    bound = {name: Binding.model_validate(each) if isinstance(each, dict) else each for name, each in fields.items()}
    return DocumentRule(id="made_up", title="Made up", paper=paper, template="x.docx", audience=audience, file_name="x", fields=bound)  # type: ignore[arg-type]


def gathered(fields: dict, answers: dict | None = None, audience: str = "file", paper: str = "meeting", **more) -> dict:
    return gather(rule(fields, audience, paper), Sources(PACK, material(ANSWERS if answers is None else answers), **more))


def test_answers_are_given_in_words():
    made = gathered({"name": {"question": "name"}, "held": {"question": "held_on"}, "ways": {"question": "ways"}, "agreed": {"question": "agreed"}})
    assert made == {"name": "Ada", "held": "4 May 2026", "ways": "By phone\nBy post", "agreed": "Yes"}


def test_nothing_but_what_is_bound_is_given():
    assert gathered({"name": {"question": "name"}}) == {"name": "Ada"}


def test_a_hidden_answer_is_not_given():
    assert gathered({"why": {"question": "why_not", "empty": "no reason"}}) == {"why": "no reason"}


def test_an_empty_answer_prints_what_its_binding_says():
    fields = {name: {"question": name, "empty": "Not recorded"} for name in ("name", "home", "held_on", "ways")}
    made = gathered(fields, {})
    assert (made["name"], made["home"]["text"], made["held_on"], made["ways"]) == ("Not recorded",) * 4


def test_not_known_is_an_answer():
    assert gathered({"home": {"question": "home", "empty": "Not recorded"}}, {"home": {"not_known": True}})["home"]["text"] == "Not known"


def test_a_compound_answer_is_a_group_and_a_part_of_it_a_text():
    made = gathered({"lead": {"question": "lead"}, "phone": {"question": "lead", "part": "phone"}, "mail": {"question": "lead", "part": "email", "empty": "none"}})
    assert made["lead"]["name"] == "Sam Brook"
    assert (made["phone"], made["mail"]) == ("01632 960001", "none")


def test_a_part_may_be_the_options_id_or_the_lines():
    assert gathered({"id": {"question": "agreed", "part": "id"}, "ids": {"question": "ways", "part": "id"}, "lines": {"question": "ways", "part": "lines"}}) == {
        "id": "yes",
        "ids": "phone post",
        "lines": ["By phone", "By post"],
    }
    assert gathered({"lines": {"question": "ways", "part": "lines", "empty": "None"}}, {}) == {"lines": ["None"]}


def test_a_repeat_is_a_list_and_draws_on_what_runs_over_it():
    fields = {"goals": {"repeat": "goals", "fields": {"what": {"question": "goal"}, "now": {"question": "now", "empty": "no score"}, "name": {"question": "name"}}}}
    assert gathered(fields) == {"goals": [{"what": "Sleep", "now": "6", "name": "Ada"}, {"what": "School", "now": "no score", "name": "Ada"}]}
    back = {"scores": {"repeat": "scores", "fields": {"what": {"question": "goal"}, "now": {"question": "now", "empty": "-"}}}}
    assert gathered(back) == {"scores": [{"what": "Sleep", "now": "6"}, {"what": "School", "now": "-"}]}


def test_a_repeat_inside_a_repeat_holds_its_own_items():
    steps = {"repeat": "steps", "fields": {"step": {"question": "step"}}}
    made = gathered({"goals": {"repeat": "goals", "fields": {"goal": {"question": "goal"}, "steps": steps}}})
    assert made == {"goals": [{"goal": "Sleep", "steps": [{"step": "Lamp"}, {"step": "Story"}]}, {"goal": "School", "steps": []}]}


def test_a_condition_leaves_items_and_answers_out():
    when = parse({"question": "status", "is": "done"})
    goals = Binding(repeat="goals", when=when, fields={"goal": Binding(question="goal")})
    name = Binding(question="name", when=parse({"question": "agreed", "is": "no"}), empty="kept back")
    assert gathered({"goals": goals, "name": name}) == {"goals": [{"goal": "School"}], "name": "kept back"}


def test_texts_facts_and_the_service_are_given():
    made = gathered(
        {"phone": {"service": "hub.telephone"}, "text": {"wording": "complaints"}, "on": {"fact": "document.issued_on"}, "by": {"fact": "document.issued_by", "empty": "nobody"}},
        known={"document.issued_on": "5 May 2026"},
    )
    assert made == {"phone": PACK.service.hub.telephone, "text": PACK.wording.texts["complaints"], "on": "5 May 2026", "by": "nobody"}


def test_another_paper_is_drawn_on_and_may_be_missing():
    fields = {"name": {"question": "name", "paper": "request", "empty": "no request"}, "goals": {"repeat": "goals", "paper": "request", "fields": {"goal": {"question": "goal"}}}}
    assert gathered(fields, papers={}) == {"name": "no request", "goals": []}
    assert gathered({"name": fields["name"]}, papers={"request": material({"name": "Zoë"})}) == {"name": "Zoë"}


def test_the_whole_form_is_given_in_sections():
    made = gathered({"all": {"sections": "all"}})["all"]
    assert [section["title"] for section in made] == ["Everything", "The end"]
    first = made[0]["blocks"][0]
    assert first["title"] == ""
    assert first["rows"][0] == {"label": "Name", "text": "Ada", "kind": ""}
    assert "Why not" not in [row["label"] for row in first["rows"]]
    assert [row["label"] for row in made[0]["blocks"][1]["rows"]] == ["Sleep", "School"]
    assert gathered({"end": {"sections": "end"}})["end"][0]["title"] == "The end"


def test_what_was_not_answered_is_named_in_one_line():
    assert gathered({"all": {"sections": "all"}}, {"name": "Ada"})["all"][0]["blocks"][0]["unanswered"] == "Agreed; Ways; Home; Lead; Held on"


HIDDEN = ANSWERS | {"home": {**ANSWERS["home"], "confidential": True}}  # type: ignore[dict-item]


@pytest.mark.parametrize("audience", ["family", "professional", "referrer"])
def test_a_confidential_address_stays_in_the_file(audience):
    made = gathered({"home": {"question": "home"}, "town": {"question": "home", "part": "town", "empty": "kept"}, "all": {"sections": "all"}}, HIDDEN, audience)
    assert made["home"]["text"] == KEPT_CONFIDENTIAL
    assert made["town"] == "kept"
    assert "Example Road" not in str(made)
    assert "E8 1DY" not in str(made)


def test_the_file_and_the_readers_own_letter_have_the_address():
    assert "1 Example Road" in gathered({"home": {"question": "home"}}, HIDDEN)["home"]["text"]
    assert "1 Example Road" in gathered({"home": {"question": "home"}}, HIDDEN, "family", "closure_letter")["home"]["text"]


@pytest.mark.parametrize(
    ("binding", "words"),
    [
        ({"question": "nmae"}, "has no question 'nmae'"),
        ({"question": "goal"}, "bind it inside `repeat: goals`"),
        ({"question": "lead", "part": "fax"}, "has no part 'fax'"),
        ({"repeat": "aims", "fields": {"goal": {"question": "goal"}}}, "has no repeating group 'aims'"),
        ({"repeat": "goals", "fields": {"goal": {"question": "gaol"}}}, "field x.goal: the form made_up has no question 'gaol'"),
        ({"fact": "today"}, "there is no fact 'today'"),
        ({"wording": "nowhere"}, "wording.yaml has no text 'nowhere'"),
        ({"service": "hub"}, "service.yaml has no text at 'hub'"),
        ({"question": "name", "kind": "image"}, "takes no files"),
        ({"question": "name", "paper": "nowhere"}, "there is no paper 'nowhere'"),
    ],
)
def test_a_broken_binding_is_named(binding, words):
    with pytest.raises(BindingBroken) as broken:
        shape(rule({"x": binding}), PACK, {"meeting": DEFINITION})
    assert words in broken.value.message
    assert broken.value.message.startswith("documents.yaml, document made_up, field x")


def test_the_shape_is_that_of_the_data():
    fields = {"name": {"question": "name"}, "lead": {"question": "lead"}, "lines": {"question": "ways", "part": "lines"}, "goals": {"repeat": "goals", "fields": {"goal": {"question": "goal"}}}, "all": {"sections": "all"}}

    def of(value):
        if isinstance(value, dict):
            return {key: of(each) for key, each in value.items()}
        return [of(value[0])] if isinstance(value, list) else "text"

    assert of(gathered(fields)) == of(shape(rule(fields), PACK, {"meeting": DEFINITION}))


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ({"question": "name"}, OPTIONAL),
        ({"question": "name", "empty": "Not recorded"}, "text"),
        ({"question": "name", "required": True}, "text"),
        ({"question": "sure"}, "text"),
        ({"question": "sure", "when": parse({"question": "agreed", "is": "no"})}, OPTIONAL),
        ({"question": "sometimes"}, OPTIONAL),
        ({"question": "home", "part": "postcode"}, OPTIONAL),
        ({"fact": "document.title"}, "text"),
    ],
)
def test_the_shape_says_what_may_be_empty(binding, expected):
    more = "      - {id: sure, kind: text, label: Sure, required: true}\n      - {id: sometimes, kind: text, label: S, required: true, when: {question: agreed, is: \"no\"}}\n"
    definition = load_definition(FORM.replace("      - {id: held_on", f"{more}      - {{id: held_on"))
    bound = Binding.model_validate({key: value for key, value in binding.items() if key != "when"}).model_copy(update={"when": binding.get("when")})
    assert shape(rule({"one": bound}), PACK, {"meeting": definition})["one"] == expected


def test_every_fact_says_what_it_is():
    assert all(words for words in FACTS.values())
