"""A made-up form that uses every part of a definition, and ways to write smaller ones. Not a council's."""

from datetime import date
from textwrap import dedent

from portal.forms.conditions import Facts
from portal.forms.load import load_definition

TODAY = date(2026, 5, 4)
FACTS = Facts(today=TODAY)

HOLIDAY_CLUB = """
schema: 1
id: holiday_club
title: Ask for a place at the holiday club
audience: public
send: {button: Send, reference_prefix: CLUB}
lists:
  swims: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}, {id: unsure, label: Not sure}]
conditions:
  somebody_swims: {any_item: children, match: {question: swims, is: "yes"}}
retired: [old_question]
sections:
  - {id: start, title: Before you start}
  - {id: family, title: Your family}
  - {id: days, title: Days}
  - {id: pool, title: The pool}
repeats:
  children: {title: Children, item: child, min: 1, max: 4, item_label: "{first_name} {last_name}", people: child}
  adults: {title: Adults, item: adult, item_label: "{adult_name}"}
  may_collect: {title: Who may collect whom, item: child, inside: adults, over: children, where: {question: collected, is: "yes"}, item_label: "{children.first_name}"}
pages:
  - id: distance
    section: start
    title: Where you live
    questions:
      - {id: lives_here, kind: yes_no, label: Do you live in the town?, required: true}
      - {id: which_town, kind: text, label: Which town do you live in?, short: the town, when: {question: lives_here, is: "no"}, required: true}
  - {id: too_far, section: start, type: stop, title: This club is too far away, when: {question: which_town, is: Farland}}
  - {id: read_this, section: start, type: interrupt, title: Bring a coat, when: {question: lives_here, is: "no"}}
  - id: child
    section: family
    title: About the child
    repeat: children
    questions:
      - {id: first_name, kind: text, label: First name, required: true, max_length: 30}
      - {id: last_name, kind: text, label: Last name}
      - {id: collected, kind: yes_no, label: Is the child collected?, required: true}
  - id: child_swims
    section: family
    title: Swimming
    repeat: children
    questions:
      - {id: swims, kind: radios, list: swims, label: Can the child swim?}
      - {id: badge, kind: text, label: Which badge?, when: {question: swims, is: "yes"}, not_known: true}
  - id: adult
    section: family
    title: About the adult
    repeat: adults
    questions:
      - {id: adult_name, kind: text, label: Name, required: true}
  - id: collecting
    section: family
    title: Who this adult may collect
    repeat: may_collect
    layout: together
    questions:
      - {id: may, kind: yes_no, label: May this adult collect the child?}
  - id: days
    section: days
    title: Which days
    questions:
      - {id: first_day, kind: date, label: First day, required: true, rules: [{not_before: today}]}
      - {id: last_day, kind: date, label: Last day, rules: [{not_before: {question: first_day}, message: The last day must not come before the first}]}
  - id: pool
    section: pool
    title: The pool
    when: {use: somebody_swims}
    questions:
      - {id: goggles, kind: number, label: How many goggles?, required: {count: children, gte: 2}}
"""


def holiday_club():
    """The made-up form."""
    return load_definition(HOLIDAY_CLUB, source="holiday_club.yaml")


def a_form(pages: str, *, above: str = "", sections: str = "[{id: one, title: One}]"):
    """A form with these pages (YAML), and other parts above them."""
    return load_definition(a_text(pages, above=above, sections=sections), source="form.yaml")


def a_text(pages: str, *, above: str = "", sections: str = "[{id: one, title: One}]") -> str:
    """The text of a form with these pages, and other parts above them."""
    head = f"schema: 1\nid: a_form\ntitle: A form\naudience: staff\nsections: {sections}\n"
    return head + dedent(above).strip("\n") + "\npages:\n" + dedent(pages).rstrip().strip("\n") + "\n"


def a_page(*questions: str, page: str = "id: page, section: one, title: A page") -> str:
    """The YAML of one page with these questions."""
    return "\n".join([f"  - {{{page}, questions: [{', '.join(questions)}]}}"])


THE_PATELS = {
    "lives_here": "yes",
    "children": [
        {"_id": "c1", "first_name": "Asha", "last_name": "Patel", "collected": "yes", "swims": "yes"},
        {"_id": "c2", "first_name": "Ravi", "collected": "no", "swims": "no"},
    ],
    "adults": [{"_id": "a1", "adult_name": "Meera Patel", "may_collect": [{"_id": "c1", "may": "yes"}]}],
    "first_day": "2026-07-27",
    "goggles": 1,
}
"""Complete answers to the made-up form."""
