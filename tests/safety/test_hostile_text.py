"""What breaks Word templates, typed into a form: kept, shown again, printed and read back as it was cleaned (documents.md, section 5)."""

from __future__ import annotations

import io
import re
from urllib.parse import quote_from_bytes

import pytest
from docx import Document

from portal.db import db
from portal.forms.answers import clean_text
from portal.forms.journey import Journey
from portal.submissions import drafts
from portal.submissions.definitions import current_version, definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.filling_routes import step_url
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by
from tests.word.hostile import HOSTILE, LONG, OUR_OWN

pytestmark = pytest.mark.slow
BEGIN, END = "begins>", "<ends"
FORM = "request_for_support"
SHORT = [(typed, read_back) for typed, read_back in HOSTILE + OUR_OWN if typed != LONG]


ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""What is tried does not hang on the database; keeping such texts on both is tried below."""


@pytest.fixture
def draft(client):
    """The id of a whole request that this browser is filling in."""
    return held_by(client, lambda: drafts.start(current_version(FORM), by=Writer(), first=Start(example("hackney", FORM))))


def long_question(app, draft_id: str) -> tuple[str, str]:
    """The path of a long text, and the address of its page."""
    with app.test_request_context():
        draft = drafts.find(draft_id)
        journey = Journey(definition_of(draft), draft.data.answers, drafts.facts_for(draft))
        for step in journey.steps():
            for block in journey.blocks(step) if step.kind == "page" else ():
                for question in block.questions:
                    if question.kind == "long_text" and not block.scope:
                        return question.id, step_url(draft, step)
    raise AssertionError("the form has no long text")


def typed_into(client, app, draft_id: str, text: str):
    """Post the page with this text as a browser would; answers the answer, the question and the page's address."""
    question, address = long_question(app, draft_id)
    page = PageSeen(client.get(address).text, address)
    fields = page.fields(page.form())
    fields.pop(question, None)
    pairs = [(name, value.encode()) for name, values in fields.items() for value in values] + [(question, sent(text).encode())]
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded"), question, address


def sent(text: str) -> str:
    """What a browser sends: half of a character pair becomes the mark for what cannot be read."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def entered(text: str) -> str:
    """What the form keeps of it."""
    return clean_text(sent(text))[0]


def box_on(page: str, name: str) -> str:
    return next(box.text or "" for box in PageSeen(page, "").tree.iter("textarea") if box.get("name") == name).removeprefix("\n")


def printed(content: bytes) -> str:
    """All text of a Word document, a line for each paragraph."""
    word = Document(io.BytesIO(content))
    lines = []
    for paragraph in word.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        lines.append("".join("\n" if node.tag.endswith("}br") else "\t" if node.tag.endswith("}tab") and not node.getparent().tag.endswith("}tabs") else node.text or "" for node in paragraph.iter() if node.tag.split("}")[1] in ("t", "br", "tab")))
    return "\n".join(lines)


def without_blank_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def test_there_are_33_inputs():
    assert len(HOSTILE) == 33


@ON_SQLITE
@pytest.mark.parametrize("typed", [typed for typed, _ in SHORT])
def test_a_text_travels_through_form_page_and_word_as_it_was_cleaned(app, client, draft, typed):
    text = f"{BEGIN}{typed}{END}"
    answer, question, address = typed_into(client, app, draft, text)
    assert answer.status_code in (200, 303), answer.text[-2000:]
    with app.app_context():
        assert drafts.find(draft).data.answers[question] == entered(text)
    assert box_on(client.get(address).text, question) == entered(text)
    check = PageSeen(client.get(f"/fill/{draft}/check").text, "")
    assert " ".join(entered(text).split()) in " ".join("".join(check.tree.itertext()).split())
    for key in ("call_999",):
        with app.app_context():
            drafts.acknowledge(drafts.find(draft), key, by=Writer())
            db.session.commit()
    form = check.form("/send")
    assert client.post(form.get("action"), data=check.fields(form)).status_code == 303
    words = printed(client.get(f"/documents/copy/{draft}.docx").data)
    assert words.count(BEGIN) == 1
    assert without_blank_lines(words.partition(BEGIN)[2].partition(END)[0]) == without_blank_lines(entered(typed))


def test_every_text_is_kept_on_both_databases(app, client, draft):
    for typed, _ in SHORT:
        answer, question, _ = typed_into(client, app, draft, f"{BEGIN}{typed}{END}")
        assert answer.status_code in (200, 303), (typed, answer.status_code)
        with app.app_context():
            assert drafts.find(draft).data.answers[question] == entered(f"{BEGIN}{typed}{END}")


def test_a_text_that_is_too_long_comes_back_whole_and_is_kept_as_typed(app, client, draft):
    answer, question, address = typed_into(client, app, draft, LONG)
    assert answer.status_code == 422
    assert box_on(answer.text, question) == LONG
    assert box_on(client.get(address).text, question) == LONG
