"""A form over the years: what was sent under an earlier version shows, is checked, printed and handed out as before, whatever the form has become."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from docx import Document as WordFile

from portal.councils.document_model import Binding, DocumentRule
from portal.councils.library import Council
from portal.db import db
from portal.documents.all_answers import all_answers
from portal.documents.material import of_submission
from portal.documents.merge_data import Sources, gather
from portal.forms import summary
from portal.forms.answers_json import check_answers_json
from portal.forms.load import load_definition
from portal.forms.versions.change import EFFECTS
from portal.jobs import run
from portal.publishing.in_force import council_in_force
from portal.submissions import carrying, drafts, new_version, submit
from portal.submissions.definitions import definition_of
from tests.episodes.test_work_list import text_of
from tests.submissions.club_versions import ASHA, FIRST, FORM, NAME, SECOND, THIRD, a_draft, proposed
from tests.submissions.made_up import REFERRER, held_by

YEARS = {
    FIRST: ASHA | {"goggles": 2},
    SECOND: ASHA | {"goggles": 3, "children": [{"_id": "c1", "given_name": "Bela", "last_name": "Patel", "collected": "yes", "swims": "yes", "badge": "Silver"}]},
    THIRD: ASHA | {"armbands": "no", "children": [{"_id": "c1", "given_name": "Cem", "last_name": "Patel", "collected": "no", "swims": "yes", "badge": "Gold"}]},
}
"""What was sent in each year, under the version of that year."""

RULE = DocumentRule(
    id="register", title="Register", paper="request", template="x.docx", audience="file", file_name="x",
    fields={
        "children": Binding.model_validate({"repeat": "children", "fields": {"name": {"question": "given_name"}, "badge": {"question": "badge"}, "swims": {"question": "swims"}}}),
        "swimmers": Binding.model_validate({"repeat": "children", "when": {"question": "swims", "is": "yes"}, "fields": {"name": {"question": "given_name"}}}),
        "armbands": Binding.model_validate({"question": "armbands", "empty": "Not asked then"}),
        "all": Binding.model_validate({"sections": "all"}),
    },
)  # fmt: skip
"""A document as it is bound today: to the ids of the third version."""


@dataclass(frozen=True)
class AsItWas:
    """Everything that can be taken out of a submission: its answers, its rows on the screen, its Word document of all answers."""

    answers: dict[str, Any]
    rows: list[tuple[str, str]]
    word: list[str]


def taken(draft_id: str) -> AsItWas:
    submission = drafts.find(draft_id)
    definition, facts = definition_of(submission), drafts.facts_for(submission)
    answers = json.loads(json.dumps(drafts.answers_of(submission)))
    assert check_answers_json(definition, answers, facts) == []
    rows = [(row.label, row.text) for row in summary.rows(definition, answers, facts)]
    document = WordFile(io.BytesIO(all_answers(council_in_force(), definition, answers, facts, {"Reference": submission.reference or ""})))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return AsItWas(answers, rows, [paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.fixture
def years(in_app) -> list[tuple[str, AsItWas]]:
    """One submission sent in each year, with what could be taken out of it then; drafts of the time before went on meanwhile."""
    sent = []
    for text, answers in YEARS.items():
        draft = a_draft(answers, text) if text == FIRST else None
        if draft is None:
            new_version.publish(proposed(text), dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "keep"))
            draft = a_draft(answers, text)
        submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft))
        db.session.commit()
        sent.append((draft.id, taken(draft.id)))
    return sent


def test_every_answer_row_and_word_document_is_what_it_was(years):
    for number, (draft_id, before) in enumerate(years, start=1):
        assert drafts.find(draft_id).form_number == number
        assert taken(draft_id) == before
    labels = [dict(before.rows) for _, before in years]
    assert ["Which badge?" in labels[0], "Which swimming badge?" in labels[1], "How many goggles?" in labels[1], "Does anybody need armbands?" in labels[2]] == [True] * 4
    assert "Bronze" in years[0][1].word and "Silver" in years[1][1].word and "Gold" in years[2][1].word


def test_documents_bound_to_the_ids_of_today_find_the_answers_of_every_year(years, monkeypatch):
    today = load_definition(THIRD, source="holiday_club.yaml")
    forms = Council.forms
    monkeypatch.setattr(Council, "forms", lambda self: {**forms(self), FORM: today})
    made = [gather(RULE, Sources(council_in_force(), of_submission(drafts.find(draft_id)))) for draft_id, _ in years]
    assert [[child["name"] for child in one["children"]] for one in made] == [["Asha"], ["Bela"], ["Cem"]]
    assert [[child["badge"] for child in one["children"]] for one in made] == [["Bronze"], ["Silver"], ["Gold"]]
    assert [[child["name"] for child in one["swimmers"]] for one in made] == [["Asha"], ["Bela"], ["Cem"]]
    assert [one["armbands"] for one in made] == ["Not asked then", "Not asked then", "No"]
    printed = [[(row["label"], row["text"]) for section in one["all"] for block in section["blocks"] for row in block["rows"]] for one in made]
    assert [("How many goggles?", str(count)) in rows for rows, count in zip(printed, (2, 3, 0), strict=True)] == [True, True, False]


def test_the_sender_still_sees_what_was_sent_and_its_page_still_works(app, client):
    with app.app_context():
        a_draft(ASHA)
        db.session.commit()
    first = held_by(client, a_draft, YEARS[FIRST])
    with app.app_context():
        draft = drafts.find(first)
        submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft))
        for text in (SECOND, THIRD):
            new_version.publish(proposed(text), dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "carry"))
        db.session.commit()
        reference = drafts.find(first).reference
        db.session.remove()
    page = client.get(f"/sent/{first}")
    assert (page.status_code, reference in text_of(page)) == (200, True)


def test_a_chain_of_ten_versions_leaves_every_one_whole_and_leads_a_draft_from_the_first_to_the_last(in_app):
    """Each year the question about badges is called otherwise, by label and by id; what each year sent is what it was, and the first year's draft goes on in the tenth."""
    texts = [badges(year) for year in range(10)]
    kept = a_draft({**ASHA, "goggles": 1}, texts[0], key="kept")
    sent = []
    for year, text in enumerate(texts):
        if year:
            new_version.publish(proposed(text), dict.fromkeys(EFFECTS, "keep"))
        badge = f"badge_{year}" if year else "badge"
        child = {name: value for name, value in ASHA["children"][0].items() if name != "badge"} | {badge: f"Of year {year}"}
        draft = a_draft({**ASHA, "goggles": 1, "children": [child]}, text, key=f"year{year}")
        submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft))
        db.session.commit()
        sent.append((draft.id, taken(draft.id)))
    for year, (draft_id, before) in enumerate(sent):
        assert drafts.find(draft_id).form_number == year + 1
        assert taken(draft_id) == before
        assert dict(before.rows)[f"Which badge, year {year}?"] == f"Of year {year}" and f"Of year {year}" in before.word
    last = new_version.proposal(FORM, texts[-1])
    carrying.begin(NAME, last.sha256, 10, dict.fromkeys(EFFECTS, "carry"))
    db.session.commit()
    run.run_due()
    db.session.expire_all()
    moved = drafts.find(kept.id)
    assert (moved.form_number, moved.data.answers["children"][0]["badge_9"]) == (10, "Bronze")


def badges(year: int) -> str:
    """The club's form of this year: it declares every rename since the first."""
    text = FIRST.replace("label: Which badge?", f'label: "Which badge, year {year}?"')
    if not year:
        return text
    ids = ["badge", *(f"badge_{each}" for each in range(1, year + 1))]
    steps = "".join(f'  "{number}": [{{rename: {{from: {old}, to: {new}}}}}]\n' for number, (old, new) in enumerate(pairwise(ids), start=2))
    return text.replace("id: badge,", f"id: badge_{year},").replace("question: badge,", f"question: badge_{year},") + f"changes:\n{steps}"
