"""Who started a form reads all of it only while nobody else put in what they do not read: also after a newer version of the form."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.forms import held_back
from portal.forms.held_back import Reader
from portal.forms.page_form import SHOWN
from portal.forms.versions.declared import declared_between
from portal.jobs import run
from portal.submissions import drafts, new_version, news_routes, returned_copy
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import ReturnRound
from portal.submissions.own_words import wrote_all_unread
from tests.submissions.club_versions import ASHA, FAR, FIRST, FORM, SECOND, THIRD, proposed
from tests.submissions.made_up import published, reading

AUTHOR = Writer("author000000000000aa", "Author")
COLLEAGUE = Writer("other0000000000000aa", "Colleague")
READER = Reader(frozenset({"personal"}))
TOWN_APART = FIRST.replace("{id: which_town, kind: text,", "{id: which_town, kind: text, sensitivity: harm,")


def started(answers, text=FIRST):
    return drafts.start(published(text, FORM), by=AUTHOR, first=Start(answers=answers))


def taken_over(draft, text):
    """The draft in the next version of its form."""
    new_version.publish(proposed(text), dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "carry"))
    db.session.commit()
    run.run_due()
    db.session.expire_all()
    return drafts.find(draft.id)


@pytest.mark.parametrize("by", [AUTHOR, COLLEAGUE])
def test_what_others_answered_counts_as_not_read_once_its_question_is_called_otherwise(in_app, by):
    draft = started(ASHA)
    drafts.save(draft, reading({"children.c1.first_name": "Asha Mary"}), expected_version=draft.version, by=by)
    assert wrote_all_unread(AUTHOR.id, draft, READER), "everything in it may be read"
    assert wrote_all_unread(AUTHOR.id, taken_over(draft, SECOND), READER) == (by is AUTHOR)


@pytest.mark.parametrize("text", [FIRST, TOWN_APART])
def test_a_lost_answer_that_is_not_read_ends_it_too(in_app, text):
    draft = taken_over(started(FAR, text), THIRD)
    assert "which_town" in [lost["path"] for lost in draft.data.carried[-1]["lost"]]
    assert wrote_all_unread(AUTHOR.id, draft, READER) == (text is FIRST)


def test_nothing_is_taken_for_a_question_that_is_gone_and_held_back(in_app):
    draft = started(FAR, TOWN_APART)
    old = definition_of(draft)
    new = definition_of(taken_over(draft, THIRD))
    with in_app.test_request_context(method="POST", data={SHOWN: ["which_town"], "which_town": "Mine"}):
        assert dict(news_routes._texts_gone(old, new, declared_between(old, new), {})) == {"which_town": "Mine"}
        with held_back.reading(READER):
            assert dict(news_routes._texts_gone(old, new, declared_between(old, new), {})) == {}


@pytest.mark.parametrize("by", [AUTHOR, COLLEAGUE])
def test_what_others_put_into_the_copy_of_a_returned_form_counts(in_app, by):
    form = started(FAR, TOWN_APART)
    copy = ReturnRound(submission_id=form.id, number=1, base_version=1, version=1, saves=[])
    db.session.add(copy)
    db.session.flush()
    assert wrote_all_unread(AUTHOR.id, form, READER)
    returned_copy.note_save(copy, by, {"which_town": ["Nearby", "Farther"]})
    db.session.flush()
    assert wrote_all_unread(AUTHOR.id, form, READER) == (by is AUTHOR)
