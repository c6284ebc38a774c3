"""A small question of each kind, as it stands in a form, for the reference. A test loads every one."""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "address": "{id: home, kind: address, label: Where do you live?, no_fixed_address: true, confidential: true}",
    "checkboxes": "{id: meals, kind: checkboxes, label: Which meals?, options: [{id: lunch, label: Lunch}, {id: tea, label: Tea}, {id: none, label: None of these, exclusive: true}]}",
    "consent": "{id: agreed, kind: consent, label: Agreement to the visit, ask_limits: false}",
    "date": "{id: born_on, kind: date, label: Date of birth, rules: [{not_after: today}]}",
    "email": "{id: email, kind: email, label: E-mail address, autocomplete: email}",
    "ethnicity": "{id: ethnicity, kind: ethnicity, label: Ethnic group, list: council.ethnicity}",
    "file": "{id: papers, kind: file, label: Papers that help us, types: [pdf, docx], max_mb: 10, later: true}",
    "guidance": "{id: before_you_start, kind: guidance, label: Before you start, text: Ask the family **first**.}",
    "language": "{id: language, kind: language, label: Language spoken at home, list: council.languages}",
    "long_text": "{id: story, kind: long_text, label: What has happened?, max_words: 500}",
    "nhs_number": "{id: nhs_number, kind: nhs_number, label: NHS number, not_known: true}",
    "number": "{id: rooms, kind: number, label: How many rooms?, min: 1, max: 20}",
    "person": "{id: worker, kind: person, label: Who helps you now?, ask: [first_name, last_name, phone], needs: [last_name]}",
    "phone": "{id: phone, kind: phone, label: Telephone number}",
    "postcode": "{id: postcode, kind: postcode, label: Postcode}",
    "radios": "{id: place, kind: radios, label: Where shall we meet?, options: [{id: home, label: At home}, {id: centre, label: At the centre}]}",
    "scale": "{id: worried, kind: scale, label: How worried are you?, labels: {low: Not at all, high: Very}}",
    "select": "{id: school, kind: select, label: School, options: [{id: oak, label: Oak Primary}, {id: elm, label: Elm Primary}]}",
    "signature": "{id: signed, kind: signature, label: Signed by}",
    "statement": "{id: told, kind: statement, label: Before you send, text: I have told the children that I am asking., required: true}",
    "text": "{id: first_name, kind: text, label: First name, max_length: 60}",
    "time": "{id: starts, kind: time, label: When does it start?}",
    "upn": "{id: upn, kind: upn, label: Unique pupil number}",
    "yes_no": "{id: visits, kind: yes_no, label: Does anybody visit you?, allow_not_known: true}",
}
"""YAML of one question for each kind; a test fails when one is missing."""

FORM = """schema: 1
id: example
title: Example
audience: staff
sections: [{id: only, title: Only}]
pages:
  - id: page
    section: only
    title: Page
    questions:
      - """
"""The form around a question."""
