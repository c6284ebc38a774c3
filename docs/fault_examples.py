"""For each code of `portal forms check`: what is meant, a form that has the fault, and one that has not. Tests load them all.

An example is a piece of a form; `part` says which: questions of one page, pages, parts of the form with its pages, or a whole form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One code. `says` is what is wrong and what to do; `made` makes a bad text that no page could show; `beside` are codes told with it."""

    says: str
    bad: str
    good: str
    part: str = "questions"
    made: Callable[[], bytes] | None = None
    beside: tuple[str, ...] = ()


HEAD = "schema: 1\nid: example\ntitle: Example\naudience: staff\nsections: [{id: one, title: One}]\n"
"""What stands above a piece of a form."""

_PAGE = "pages:\n  - id: page\n    section: one\n    title: Page\n    questions:\n"


def text_of(example: str, part: str) -> str:
    """The whole form around a piece of one."""
    around = {"form": ("", ""), "parts": (HEAD, ""), "pages": (HEAD + "pages:\n", "  "), "questions": (HEAD + _PAGE, "      ")}
    head, before = around[part]
    return head + "".join(f"{before}{line}\n" for line in example.splitlines())


def _repeated(line: str, times: int) -> Callable[[], bytes]:
    return lambda: (HEAD + line * times).encode()


_ASKED = "- {id: page, section: one, title: Page, questions: [{id: a, kind: text, label: A}]}"
_PETS = "repeats: {pets: {title: Pets, item: pet}}\npages:\n"
_PET = "  - {id: pet, section: one, title: Pet, repeat: pets, questions: [{id: name, kind: text, label: Name}]}"
_HELP = '- {id: help, kind: radios, label: Do you want help?, options: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}]}\n'

IN_THE_TEXT = {
    "unreadable": Example("The file cannot be read from the disk.", "A file that the portal may not open.", "A file that it may.", "form"),
    "encoding": Example("The file is not UTF-8.", "A file saved as Windows-1252.", "The same file saved as UTF-8.", "form", lambda: HEAD.encode() + b"# caf\xe9\n"),
    "too_large": Example("A definition is at most a megabyte.", "A file of 2 MB.", "Two forms.", "form", _repeated("# a line\n", 200_000)),
    "too_many": Example("A definition holds at most 50,000 values (and reading ends after 200 faults).", "A list of 60,000 options.", "A shared list of the council.", "form", lambda: (HEAD + "pages:\n" + "- a\n" * 60_000).encode()),
    "long_line": Example("A line is at most 10,000 characters.", "All options in one line of 20,000 characters.", "One option a line.", "form", _repeated("#" * 100, 200)),
    "too_deep": Example("Values are nested at most 40 deep.", "`not` within `not`, fifty times.", "A condition with a name, used by another.", "form", lambda: (HEAD + "pages: " + "[" * 100).encode()),
    "character": Example("The text holds a character that cannot be stored, such as one of control.", "A label with the character U+0007 in it.", "The label without it.", "form", lambda: (HEAD + "# \x07\n").encode()),
    "syntax": Example("The text is not YAML; mostly a bracket, a quotation mark or blanks at the beginning of a line are wrong.", "- {id: name, kind: text, label: Name", "- {id: name, kind: text, label: Name}"),
    "documents": Example("A file is one form.", "schema: 1\n---\nschema: 1", text_of(_ASKED, "pages").rstrip(), "form"),
    "alias": Example("`*` repeats a value from elsewhere, and whoever reads the place cannot see it. Write the value out.", "- {id: name, kind: text, label: *words}", "- {id: name, kind: text, label: Name}"),
    "anchor": Example("`&` marks a value for use elsewhere. Write values out.", "- {id: name, kind: text, label: &words Name}", "- {id: name, kind: text, label: Name}"),
    "tag": Example("`!` turns a value into something else. Write the plain value.", "- {id: name, kind: text, label: !!str Name}", "- {id: name, kind: text, label: Name}"),
    "duplicate_key": Example("A key stands twice in one place, and one of the two would be lost.", "- {id: name, kind: text, label: Name, label: Last name}", "- {id: name, kind: text, label: Last name}"),
    "key": Example("A key is a word; numbers and dates are none unless they stand in quotes.", "conditions: {12: {question: a, answered: true}}\npages: [{id: p, section: one, title: P, questions: [{id: a, kind: text, label: A}]}]", "conditions: {twelve: {question: a, answered: true}}\npages: [{id: p, section: one, title: P, questions: [{id: a, kind: text, label: A}, {id: b, kind: text, label: B, when: {use: twelve}}]}]", "parts"),
    "unquoted": Example("Readers of YAML understand this word in different ways. Put it in quotes.", "- {id: help, kind: radios, label: Help?, options: [{id: yes, label: Yes please}, {id: later, label: Later}]}", "- {id: help, kind: radios, label: Help?, options: [{id: \"yes\", label: Yes please}, {id: later, label: Later}]}"),
}  # fmt: skip

IN_THE_PARTS = {
    "schema": Example("This portal reads `schema: 1`.", text_of(_ASKED, "pages").rstrip().replace("schema: 1", "schema: 7"), text_of(_ASKED, "pages").rstrip(), "form"),
    "shape": Example("Something else is expected here: a list, a mapping, a word.", "pages: none yet", "pages:\n  " + _ASKED, "parts"),
    "unknown_key": Example("The format has no such key here. The nearest right one is named.", "- {id: name, kind: text, label: Name, requried: true}", "- {id: name, kind: text, label: Name, required: true}"),
    "missing_key": Example("Something that must be said is not.", "- {id: name, kind: text}", "- {id: name, kind: text, label: Name}"),
    "wrong_type": Example("A value is of another type, such as a number where text is expected.", "- {id: name, kind: text, label: 2026}", "- {id: name, kind: text, label: \"2026\"}"),
    "wrong_value": Example("A value is none of those allowed.", _ASKED.replace("title: Page", "title: Page, type: question"), _ASKED.replace("title: Page", "title: Page, type: questions"), "pages"),
    "unknown_kind": Example("There is no such kind of question.", "- {id: name, kind: txt, label: Name}", "- {id: name, kind: text, label: Name}"),
    "unknown_list": Example("There is no such list, in this form or (as `council.name`) among those that forms share.", "- {id: tongue, kind: language, label: Language, list: council.langages}", "- {id: tongue, kind: language, label: Language, list: council.languages}"),
    "list_and_options": Example("A question has options of its own or those of a list.", "- {id: tongue, kind: language, label: Language, list: council.languages, options: [{id: a, label: A}, {id: b, label: B}]}", "- {id: tongue, kind: language, label: Language, list: council.languages}"),
    "unknown_text": Example("`{service.…}` borrows a text of the council's service.yaml that is not there.", "- {id: told, kind: guidance, label: Told, text: \"We are {service.nickname}.\"}", "- {id: told, kind: guidance, label: Told, text: \"We are {service.name}.\"}"),
    "rule": Example("A rule has one comparison, and perhaps a `message`.", "- {id: day, kind: date, label: Day, rules: [{not_after: today, not_before: \"today-1y\"}]}", "- {id: day, kind: date, label: Day, rules: [{not_after: today}, {not_before: \"today-1y\"}]}"),
    "bad_id": Example("Ids are short and in small letters, digits and `_`; options may have capitals and hyphens too.", "- {id: FirstName, kind: text, label: First name}", "- {id: first_name, kind: text, label: First name}"),
    "reserved_id": Example("Page ids that start with `list_` are kept for lists of items.", _ASKED.replace("id: page", "id: list_page"), _ASKED, "pages"),
    "duplicate_id": Example("Two things have the same id.", "- {id: name, kind: text, label: First name}\n- {id: name, kind: text, label: Last name}", "- {id: first_name, kind: text, label: First name}\n- {id: last_name, kind: text, label: Last name}"),
    "question_in_two_repeats": Example("A question is asked for the items of one repeat only.", _PETS + _PET + "\n" + _PET.replace("id: pet,", "id: more,").replace("repeat: pets, ", ""), _PETS + _PET + "\n" + _PET.replace("id: pet,", "id: more,").replace("repeat: pets, ", "").replace("id: name", "id: your_name"), "parts", beside=("duplicate_id",)),
    "retired_id": Example("An id that was taken out of use never comes back: older answers still carry it.", "retired: [colour]\npages: [{id: p, section: one, title: P, questions: [{id: colour, kind: text, label: Colour}]}]", "retired: [colour]\npages: [{id: p, section: one, title: P, questions: [{id: shade, kind: text, label: Colour}]}]", "parts"),
    "missing_label": Example("Whoever fills the form would see nothing here.", "- {id: name, kind: text, label: \"\"}", "- {id: name, kind: text, label: Name}"),
    "unknown_section": Example("A page stands in a section of the form.", _ASKED.replace("section: one", "section: two"), _ASKED, "pages"),
    "unused_section": Example("No page stands in this section.", text_of(_ASKED, "pages").rstrip().replace("title: One}", "title: One}, {id: two, title: Two}"), text_of(_ASKED, "pages").rstrip(), "form"),
    "unused_list": Example("No question has this list.", "lists: {sizes: [{id: s, label: Small}, {id: l, label: Large}]}\npages:\n  " + _ASKED, "lists: {sizes: [{id: s, label: Small}, {id: l, label: Large}]}\npages: [{id: p, section: one, title: P, questions: [{id: size, kind: radios, label: Size, list: sizes}]}]", "parts"),
    "no_pages": Example("A form has a page.", "pages: []", "pages:\n  " + _ASKED, "parts"),
    "empty_page": Example("A page asks or says something.", "- {id: page, section: one, title: Page}", "- {id: page, section: one, title: Page, guidance: Please have your papers at hand.}", "pages"),
    "stop_always": Example("A stop page that is always shown lets nobody past.", _ASKED + "\n- {id: too_far, section: one, type: stop, title: Too far}", _ASKED + "\n- {id: too_far, section: one, type: stop, title: Too far, when: {question: a, is: Farland}}", "pages"),
    "stop_asks": Example("What a stop page asks would never be sent.", _ASKED.replace("title: Page,", "title: Page, type: stop, when: {role: social_worker},"), _ASKED.replace("title: Page,", "title: Page, type: interrupt, when: {role: social_worker},"), "pages"),
    "settings": Example("The keys of a question contradict each other or its kind.", "- {id: many, kind: number, label: How many?, min: 5, max: 2}", "- {id: many, kind: number, label: How many?, min: 2, max: 5}"),
    "no_answer": Example("Text to read has no answer that could be required, kept or prefilled.", "- {id: told, kind: guidance, label: Told, text: Read this., required: true}", "- {id: told, kind: guidance, label: Told, text: Read this.}"),
    "bad_rule": Example("A rule compares in a way that the kind of question does not offer.", "- {id: day, kind: date, label: Day, rules: [{not_after: soon}]}", "- {id: day, kind: date, label: Day, rules: [{not_after: today}]}"),
    "impossible_rules": Example("No answer keeps all rules of the question.", "- {id: day, kind: date, label: Day, rules: [{after: today}, {before: today}]}", "- {id: day, kind: date, label: Day, rules: [{after: \"today-1y\"}, {before: today}]}"),
    "send_missing": Example("A form for the public says how it is sent.", text_of(_ASKED, "pages").rstrip().replace("audience: staff", "audience: public"), text_of(_ASKED, "pages").rstrip().replace("audience: staff", "audience: public\nsend: {button: Send request, reference_prefix: ASK}"), "form"),
    "bad_prefix": Example("A reference begins with one to eight capital letters.", "send: {reference_prefix: ask-1}\npages:\n  " + _ASKED, "send: {reference_prefix: ASK}\npages:\n  " + _ASKED, "parts"),
    "bad_retention": Example("How long answers are kept is a number of years, months, weeks or days.", "defaults: {retain: {sent: forever}}\npages:\n  " + _ASKED, "defaults: {retain: {sent: 25y}}\npages:\n  " + _ASKED, "parts"),
}  # fmt: skip

IN_REPEATS_AND_THE_RECORD = {
    "retain_in_record": Example("The answer stands in the family's record too, or came from there, and is kept as long as that.", "- {id: name, kind: text, label: Name, record: submission.referrer_name, retain: 2y}", "- {id: name, kind: text, label: Name, record: submission.referrer_name}"),
    "retain_too_long": Example("The whole form is erased before the term of this question ends.", "defaults: {retain: {sent: 1y}}\n" + "pages:\n  " + _ASKED.replace("label: A", "label: A, retain: 2y"), "defaults: {retain: {sent: 3y}}\n" + "pages:\n  " + _ASKED.replace("label: A", "label: A, retain: 2y"), "parts"),
    "unknown_repeat": Example("There is no such repeat.", _PETS + _PET + "\n" + _PET.replace("id: pet,", "id: more,").replace("repeat: pets", "repeat: pet").replace("id: name", "id: age"), _PETS + _PET, "parts"),
    "repeat_unused": Example("No page asks anything of this repeat.", _PETS + "  " + _ASKED, _PETS + _PET, "parts"),
    "layout_without_repeat": Example("`layout: together` puts the items of a repeat on one page.", _ASKED.replace("title: Page,", "title: Page, layout: together,"), _ASKED, "pages"),
    "nested_too_deep": Example("A repeat may stand in another, which stands in none.", "repeats:\n  a: {title: A, item: a}\n  b: {title: B, item: b, inside: a}\n  c: {title: C, item: c, inside: b}\npages:\n" + "\n".join(_PET.replace("pets", name).replace("id: pet,", f"id: {name},").replace("id: name", f"id: in_{name}") for name in "abc"), "repeats:\n  a: {title: A, item: a}\n  b: {title: B, item: b, inside: a}\npages:\n" + "\n".join(_PET.replace("pets", name).replace("id: pet,", f"id: {name},").replace("id: name", f"id: in_{name}") for name in "ab"), "parts"),
    "over_nested": Example("A repeat runs over one that stands outside repeats.", "repeats:\n  a: {title: A, item: a}\n  b: {title: B, item: b, inside: a}\n  c: {title: C, item: c, over: b}\npages:\n" + "\n".join(_PET.replace("pets", name).replace("id: pet,", f"id: {name},").replace("id: name", f"id: in_{name}") for name in "abc"), "repeats:\n  a: {title: A, item: a}\n  b: {title: B, item: b, inside: a}\n  c: {title: C, item: c, over: a}\npages:\n" + "\n".join(_PET.replace("pets", name).replace("id: pet,", f"id: {name},").replace("id: name", f"id: in_{name}") for name in "abc"), "parts"),
    "where_without_over": Example("`where` chooses among the items that `over` names.", "repeats: {pets: {title: Pets, item: pet, where: {question: any_pets, is: \"yes\"}}}\npages:\n  - {id: first, section: one, title: First, questions: [{id: any_pets, kind: yes_no, label: Any pets?}]}\n" + _PET, "repeats: {pets: {title: Pets, item: pet}}\npages:\n  - {id: first, section: one, title: First, questions: [{id: any_pets, kind: yes_no, label: Any pets?}]}\n" + _PET.replace("repeat: pets,", "repeat: pets, when: {question: any_pets, is: \"yes\"},"), "parts"),
    "min_above_max": Example("The least is more than the most.", _PETS.replace("item: pet}", "item: pet, min: 5, max: 2}") + _PET, _PETS.replace("item: pet}", "item: pet, min: 2, max: 5}") + _PET, "parts"),
    "min_of_over": Example("A repeat over another has as many items as that one.", "repeats:\n  pets: {title: Pets, item: pet}\n  walks: {title: Walks, item: pet, over: pets, min: 1}\npages:\n" + _PET + "\n" + _PET.replace("pets", "walks").replace("id: pet,", "id: walk,").replace("id: name", "id: walked_by"), "repeats:\n  pets: {title: Pets, item: pet}\n  walks: {title: Walks, item: pet, over: pets}\npages:\n" + _PET + "\n" + _PET.replace("pets", "walks").replace("id: pet,", "id: walk,").replace("id: name", "id: walked_by"), "parts"),
    "bad_item_label": Example("The label of an item is made of its own questions, or those of the items it stands in or runs over.", _PETS.replace("item: pet}", "item: pet, item_label: \"{nam}\"}") + _PET, _PETS.replace("item: pet}", "item: pet, item_label: \"{name}\"}") + _PET, "parts"),
    "bad_binding": Example("A binding is two words with a dot between them.", "- {id: level, kind: text, label: Level, record: level}", "- {id: level, kind: text, label: Level, record: submission.level}"),
    "unknown_binding": Example("The record has no such fact.", "- {id: level, kind: text, label: Level, record: submission.levle}", "- {id: level, kind: text, label: Level, record: submission.level}"),
    "binding_without_person": Example("A fact about a person is asked where an item is a person.", _PETS + _PET.replace("label: Name", "label: Name, record: person.first_name"), _PETS.replace("item: pet}", "item: pet, people: other}") + _PET.replace("label: Name", "label: Name, record: person.first_name"), "parts"),
    "bad_prefill": Example("Where a first answer comes from is spelt `record.fact`, `record.list.fact` or `form.paper.path`.", "- {id: level, kind: text, label: Level, prefill: {from: the last form}}", "- {id: level, kind: text, label: Level, prefill: {from: record.level}}"),
    "unknown_prefill": Example("The record has no such fact to start with.", "- {id: level, kind: text, label: Level, prefill: {from: record.levle}}", "- {id: level, kind: text, label: Level, prefill: {from: record.level}}"),
    "unknown_paper": Example("The council's workflow has no such paper.", "- {id: level, kind: text, label: Level, prefill: {from: form.requests.level}}", "- {id: level, kind: text, label: Level, prefill: {from: form.request.level}}"),
    "where_without_items": Example("`where` chooses among the items that a repeat starts with.", "- {id: level, kind: text, label: Level, prefill: {from: record.level, where: {question: level, answered: true}}}", "- {id: level, kind: text, label: Level, prefill: {from: record.level}}"),
    "where_too_wide": Example("`where` of a prefill looks at one item, and at nothing else.", _PETS.replace("item: pet}", "item: pet, prefill: {from: form.meeting.goals, where: {role: social_worker}}}") + _PET, _PETS.replace("item: pet}", "item: pet, prefill: {from: form.meeting.goals, where: {question: goal, answered: true}}}") + _PET, "parts"),
    "prefill_where": Example("`where` of a prefill asks for what the other paper does not ask, or in a way it does not take.", _PETS.replace("item: pet}", "item: pet, prefill: {from: form.meeting.goals, where: {question: gaol, answered: true}}}") + _PET, _PETS.replace("item: pet}", "item: pet, prefill: {from: form.meeting.goals, where: {question: goal, answered: true}}}") + _PET, "parts"),
}  # fmt: skip

IN_CONDITIONS = {
    "condition_shape": Example("A condition is a mapping; `all` and `any` hold lists of them.", _HELP + "- {id: why, kind: text, label: Why?, when: {all: []}}", _HELP + "- {id: why, kind: text, label: Why?, when: {all: [{question: help, is: \"yes\"}]}}"),
    "condition_subject": Example("A condition starts with one of the words that conditions have.", _HELP + "- {id: why, kind: text, label: Why?, when: {answer: help, is: \"yes\"}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: \"yes\"}}"),
    "condition_comparison": Example("A leaf has one comparison.", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, answered: true}}"),
    "condition_value": Example("Answers are compared with plain values, or with another answer.", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: [[\"yes\"]]}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, in: [\"yes\"]}}"),
    "unknown_question": Example("There is no such question.", _HELP + "- {id: why, kind: text, label: Why?, when: {question: halp, is: \"yes\"}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: \"yes\"}}"),
    "unknown_condition": Example("There is no condition of this name.", _HELP + "- {id: why, kind: text, label: Why?, when: {use: wants_help}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: \"yes\"}}"),
    "unknown_sensitivity": Example("The council's roles.yaml names no such kind of answer.", "- {id: note, kind: text, label: Note, sensitivity: helth}", "- {id: note, kind: text, label: Note, sensitivity: health}"),
    "prefill_tells": Example("More people would read the answer here than where it comes from: keep it as the same kind.", "- {id: note, kind: long_text, label: Note, prefill: {from: form.meeting.harm_action}}", "- {id: note, kind: long_text, label: Note, sensitivity: professional_only, prefill: {from: form.meeting.harm_action}}"),
    "unknown_role": Example("The council has no such role.", "- {id: note, kind: text, label: Note, when: {role: social_workers}}", "- {id: note, kind: text, label: Note, when: {role: social_worker}}"),
    "unknown_fact": Example("The record has no such fact.", "- {id: note, kind: text, label: Note, when: {record: levle, is: level_2}}", "- {id: note, kind: text, label: Note, when: {record: level, is: level_2}}"),
    "bad_fact": Example("This cannot be the name of a fact of the record.", "- {id: note, kind: text, label: Note, when: {record: \"the level\", is: level_2}}", "- {id: note, kind: text, label: Note, when: {record: level, is: level_2}}"),
    "unknown_feature": Example("The council's service.yaml has no such feature to switch on.", "- {id: note, kind: text, label: Note, when: {record: service.unp, is: \"yes\"}}", "- {id: note, kind: text, label: Note, when: {record: service.upn, is: \"yes\"}}"),
    "unknown_option": Example("The question has no such option, so this would never be true.", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: maybe}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: \"yes\"}}"),
    "wrong_comparison": Example("The kind of question does not compare in this way, or not with this value.", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, before: today}}", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: \"yes\"}}"),
    "out_of_reach": Example("The question is asked for each item, and which item is not said.", _PETS + _PET + "\n  - {id: more, section: one, title: More, questions: [{id: why, kind: text, label: Why Rex?, when: {question: name, is: Rex}}]}", _PETS + _PET + "\n  - {id: more, section: one, title: More, questions: [{id: why, kind: text, label: Why Rex?, when: {any_item: pets, match: {question: name, is: Rex}}}]}", "parts"),
    "cycle": Example("Two things are shown by each other, so neither ever is.", "- {id: a, kind: text, label: A, when: {question: b, answered: true}}\n- {id: b, kind: text, label: B, when: {question: a, answered: true}}", "- {id: a, kind: text, label: A}\n- {id: b, kind: text, label: B, when: {question: a, answered: true}}"),
    "condition_cycle": Example("A condition uses itself.", "conditions: {again: {not: {use: again}}}\npages: [{id: p, section: one, title: P, questions: [{id: a, kind: text, label: A, when: {use: again}}]}]", "conditions: {for_them: {role: social_worker}}\npages: [{id: p, section: one, title: P, questions: [{id: a, kind: text, label: A, when: {use: for_them}}]}]", "parts"),
    "unused_condition": Example("Nothing uses the condition of this name.", "conditions: {for_them: {role: social_worker}}\npages:\n  " + _ASKED, "conditions: {for_them: {role: social_worker}}\npages: [{id: p, section: one, title: P, questions: [{id: a, kind: text, label: A, when: {use: for_them}}]}]", "parts"),
    "dead_condition": Example("The condition contradicts itself, or what shows the questions it looks at: no answers make it true.", _HELP + "- {id: why, kind: text, label: Why?, when: {all: [{question: help, is: \"yes\"}, {question: help, is: \"no\"}]}}", _HELP + "- {id: why, kind: text, label: Why?, when: {any: [{question: help, is: \"yes\"}, {question: help, is: \"no\"}]}}"),
    "dead_part": Example("One way of an `any` is never the one that decides: take it away or put it right.", _HELP + "- {id: many, kind: number, label: How many?, min: 1, max: 9}\n- {id: why, kind: text, label: Why?, when: {any: [{question: help, is: \"yes\"}, {question: many, gt: 20}]}}", _HELP + "- {id: many, kind: number, label: How many?, min: 1, max: 9}\n- {id: why, kind: text, label: Why?, when: {any: [{question: help, is: \"yes\"}, {question: many, gt: 5}]}}"),
    "unreachable_page": Example("A stop page before it, or a repeat without items, keeps everybody from this page.", "- {id: first, section: one, title: First, questions: [{id: near, kind: yes_no, label: Do you live near?}]}\n- {id: too_far, section: one, type: stop, title: Too far, when: {question: near, is: \"no\"}}\n- {id: bus, section: one, title: The bus, when: {question: near, is: \"no\"}, questions: [{id: stop, kind: text, label: Where do you get on?}]}", "- {id: first, section: one, title: First, questions: [{id: near, kind: yes_no, label: Do you live near?}]}\n- {id: bus, section: one, title: The bus, when: {question: near, is: \"no\"}, questions: [{id: stop, kind: text, label: Where do you get on?}]}", "pages"),
    "never_shown": Example("The question's condition is never true while its page is shown.", "- {id: first, section: one, title: First, questions: [{id: near, kind: yes_no, label: Do you live near?}]}\n- {id: bus, section: one, title: The bus, when: {question: near, is: \"no\"}, questions: [{id: stop, kind: text, label: Where?}, {id: walk, kind: text, label: Which way?, when: {question: near, is: \"yes\"}}]}", "- {id: first, section: one, title: First, questions: [{id: near, kind: yes_no, label: Do you live near?}]}\n- {id: bus, section: one, title: The bus, questions: [{id: stop, kind: text, label: Where?}, {id: walk, kind: text, label: Which way?, when: {question: near, is: \"yes\"}}]}", "pages"),
    "required_never_shown": Example("The same, of a question that must be answered.", "- {id: first, section: one, title: First, questions: [{id: harm, kind: yes_no, label: Is a child at risk now?}]}\n- {id: calm, section: one, title: More, when: {question: harm, is: \"no\"}, questions: [{id: story, kind: text, label: What happened?}, {id: phoned, kind: text, label: Whom did you phone?, required: true, when: {question: harm, is: \"yes\"}}]}", "- {id: first, section: one, title: First, questions: [{id: harm, kind: yes_no, label: Is a child at risk now?}]}\n- {id: calm, section: one, title: More, questions: [{id: story, kind: text, label: What happened?}, {id: phoned, kind: text, label: Whom did you phone?, required: true, when: {question: harm, is: \"yes\"}}]}", "pages"),
    "never_required": Example("The condition under `required` is never true when the question is shown.", _HELP + "- {id: why, kind: text, label: Why?, when: {question: help, is: \"yes\"}, required: {question: help, is: \"no\"}}", _HELP + "- {id: why, kind: text, label: Why?, required: {question: help, is: \"no\"}}"),
    "never_offered": Example("The condition of an option is never true when its question is shown.", _HELP + "- {id: which, kind: radios, label: Which?, when: {question: help, is: \"yes\"}, options: [{id: a, label: A}, {id: b, label: B}, {id: none, label: None, when: {question: help, is: \"no\"}}]}", _HELP + "- {id: which, kind: radios, label: Which?, options: [{id: a, label: A}, {id: b, label: B}, {id: none, label: None, when: {question: help, is: \"no\"}}]}"),
}  # fmt: skip

_OPTIONS = "questions: [{id: consent, kind: radios, label: Do they agree?, options: [{id: agreed, label: \"Yes\"}, {id: unsure, label: Not sure}]}]"
_CONSENT = "\npages: [{id: page, section: one, title: Page, " + _OPTIONS + "}]"
_NAMED = "\npages: [{id: page, section: one, title: Page, questions: [{id: name, kind: text, label: Name}]}]"

IN_CHANGES = {
    "change_shape": Example("A declared change is one `rename`, one `map_option` or one `move`.", "changes: {\"2\": [{}]}" + _NAMED, "changes: {\"2\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "parts"),
    "change_number": Example("Changes stand under the number of the version that brings them; the first version changes nothing.", "changes: {next: [{rename: {from: full_name, to: name}}]}" + _NAMED, "changes: {\"2\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "parts"),
    "change_unknown": Example("A rename leads to an id that is there, or that is listed under `retired`; a map names such a question.", "changes: {\"2\": [{rename: {from: full_name, to: nmae}}]}" + _NAMED, "changes: {\"2\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "parts"),
    "change_id_in_use": Example("An id that was renamed is gone: its answers went to the new one.", "changes: {\"2\": [{rename: {from: name, to: nickname}}]}" + _NAMED.replace("{id: name,", "{id: nickname, kind: text, label: Nickname}, {id: name,"), "changes: {\"2\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "parts"),
    "change_twice": Example("An id was renamed to one other id.", "changes: {\"2\": [{rename: {from: full_name, to: name}}], \"3\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "changes: {\"2\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "parts"),
    "change_without_options": Example("Only questions with options have some to map.", "changes: {\"2\": [{map_option: {question: name, from: anna, to: ann}}]}" + _NAMED, "changes: {\"2\": [{map_option: {question: consent, from: \"yes\", to: agreed}}]}" + _CONSENT, "parts"),
    "change_move": Example("A move says `into` which repeat a question came, or `out_of` which it went, and the question stands there now.", "changes: {\"2\": [{move: {question: name, into: pets}}]}" + _NAMED, "changes: {\"2\": [{rename: {from: full_name, to: name}}]}" + _NAMED, "parts"),
    "change_option_in_use": Example("An option that was mapped to another is no option any more.", "changes: {\"2\": [{map_option: {question: consent, from: unsure, to: agreed}}]}" + _CONSENT, "changes: {\"2\": [{map_option: {question: consent, from: dont_know, to: unsure}}]}" + _CONSENT, "parts"),
    "change_option_unknown": Example("A map leads to an option that is there, or that was taken away later and stands under `retired`.", "changes: {\"2\": [{map_option: {question: consent, from: dont_know, to: not_sure}}]}" + _CONSENT, "changes: {\"2\": [{map_option: {question: consent, from: dont_know, to: unsure}}]}" + _CONSENT, "parts"),
}  # fmt: skip

_WORDS = "schema: 1\nlanguage: tr\nof: example\ntexts:\n  page.page.title: {en: Page, tr: Sayfa}\n  repeat.pets.title: {en: Pets, tr: Hayvanlar}\n  repeat.pets.item: {en: pet, tr: hayvan}\n"
_LABEL = "  repeat.pets.item_label: {en: \"Pet {name}\", tr: \"Hayvan {name}\"}\n"

TRANSLATED = HEAD.replace("staff", "public") + "repeats: {pets: {title: Pets, item: pet, item_label: \"Pet {name}\"}}\npages:\n  - {id: page, section: one, title: Page, repeat: pets, questions: [{id: name, kind: text, label: Name}]}\n"
"""The form that the examples of translations are about."""

_REST = "  form.title: {en: Example, tr: Örnek}\n  section.one.title: {en: One, tr: Bir}\n  question.name.label: {en: Name, tr: Ad}\n  send.button: {en: Send, tr: Gönder}\n"

IN_TRANSLATIONS = {
    "unknown_translation": Example("The file of translations has a text that the form does not have (any more). Take it away, or name the text rightly.", _WORDS + _LABEL + _REST + "  page.pag.title: {en: Page, tr: Sayfa}", _WORDS + _LABEL + _REST.rstrip(), "translation"),
    "translation_braces": Example("The translation of a text with answers in braces names the same answers.", _WORDS + _LABEL.replace("Hayvan {name}", "Hayvan {ad}") + _REST.rstrip(), _WORDS + _LABEL + _REST.rstrip(), "translation"),
    "stale_translation": Example("The English has changed since it was translated. The translation is not shown: put it right, and the English beside it. A warning: the form can be published.", _WORDS.replace("en: Page,", "en: The page,") + _LABEL + _REST.rstrip(), _WORDS + _LABEL + _REST.rstrip(), "translation"),
    "missing_translation": Example("A text of the form has no translation and is shown in English. Information, or a warning where the council's service.yaml says so.", _WORDS + _LABEL + _REST.replace("  question.name.label: {en: Name, tr: Ad}\n", "").rstrip(), _WORDS + _LABEL + _REST.rstrip(), "translation"),
}

_SIGN_OFF = text_of(_ASKED, "pages").replace("id: example", "id: sign_off", 1)

AROUND_THE_FORM = {
    "needed_elsewhere": Example("A file of the council (its documents, moves, clocks) asks for something that this form does not have, or not in this way. The place is in that file.", "The form for signing off without the question that a move looks at.", "The question put back, or the move changed to look at another.", "form", lambda: _SIGN_OFF.encode()),
    "unbound_field": Example("A Word template prints a field that documents.yaml binds to nothing, or a part of a field that it has not.", "A letter with `{{ child_nmae }}`.", "A letter with `{{ child_name }}`, which documents.yaml binds.", "form", lambda: b""),
    "unprinted_field": Example("documents.yaml binds a field that the Word template never prints: somebody expects it in the document, and it is not there.", "A binding `date_of_meeting` for a template that does not print it.", "`{{ date_of_meeting }}` in the template, or no binding.", "form", lambda: b""),
}

GROUPS = {
    "The text of the file": IN_THE_TEXT,
    "Parts, pages and questions": IN_THE_PARTS,
    "Repeats and the record": IN_REPEATS_AND_THE_RECORD,
    "Conditions": IN_CONDITIONS,
    "Changes from version to version": IN_CHANGES,
    "Translations beside a form": IN_TRANSLATIONS,
    "The council's files and Word templates around a form": AROUND_THE_FORM,
}
FAULTS: dict[str, Example] = {code: example for group in GROUPS.values() for code, example in group.items()}
"""Every code with its example."""
