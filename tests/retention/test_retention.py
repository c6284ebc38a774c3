"""Records are erased when their term is over, and not a day earlier; then nothing of them is found in any table or file."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import produce
from portal.documents.models import Document
from portal.episodes import attaching
from portal.episodes.models import Episode, Paper
from portal.families import holds
from portal.families.models import Family, FamilyHold, Person
from portal.files import store
from portal.forms.load import load_definition
from portal.forms.retention_terms import end_of, is_longer
from portal.jobs.run import run_due
from portal.retention import due as terms
from portal.retention.commands import retention
from portal.retention.due import ANSWERS, FAMILY, SUBMISSION, Due, due
from portal.retention.erase import answers_without, erase, paths_without
from portal.retention.run import GRACE, erase_daily, erase_with_files
from portal.submissions import carrying, drafts, new_version
from portal.submissions.definitions import definition_of
from portal.submissions.models import Attachment, ReturnRound, Revision, Submission, SubmissionPerson
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.cast import person
from tests.episodes.test_work_list import kept
from tests.submissions import club_versions

MARKER = "Zzyzxmarker"


def mark(submission):
    """Put the marker into the answers and into an earlier version of them, as a save does."""
    data = submission.data
    first = data.answers["children"][0]["_id"]
    data.answers = data.answers | {"children": [data.answers["children"][0] | {"child_first_name": MARKER}, *data.answers["children"][1:]]}
    drafts.write_revision(submission, drafts.Writer(), "saved", {f"children.{first}.child_first_name": ["Mia", MARKER]})
    for one in db.session.scalars(select(Person)):
        one.first_name, one.folded = MARKER, MARKER.lower()
    db.session.flush()


def closed(episode):
    """End support for a family, as its stage does."""
    episode.closed_at = datetime.now(UTC)
    db.session.flush()
    return episode


@pytest.fixture
def family(in_app):
    cast.add(in_app, "Sade Screener", "Hugh Hub", "Sita Manager")
    episode = cast.received()
    submission = drafts.find(db.session.scalar(select(Paper.submission_id).where(Paper.episode_id == episode.id)))
    mark(submission)
    return closed(episode), submission


def years(monday, number, days=0):
    monday.move_to(end_of(datetime.now(UTC), f"{number}y") + timedelta(days=days))


def everything():
    """All text of all tables, as one."""
    words = []
    for table in db.metadata.sorted_tables:
        words += [json.dumps([str(value) for value in row], ensure_ascii=False) for row in db.session.execute(select(table))]
    return "\n".join(words)


def test_nothing_ends_while_support_goes_on(in_app, monday):
    cast.add(in_app, "Sade Screener", "Hugh Hub", "Sita Manager")
    cast.received()
    years(monday, 90)
    assert list(due(datetime.now(UTC))) == []


def test_a_family_is_kept_for_25_years_after_support_ended_and_not_a_day_longer(family, monday):
    years(monday, 25, days=-1)
    assert list(due(datetime.now(UTC))) == []
    monday.shift(timedelta(days=1))
    (found,) = due(datetime.now(UTC))
    assert (found.kind, found.id, found.reference) == (FAMILY, family[0].family_id, family[0].reference)


def test_what_was_erased_is_in_no_table(family, monday):
    assert MARKER in everything() and MARKER.lower() in everything()
    years(monday, 25)
    (found,) = due(datetime.now(UTC))
    erase_with_files(found)
    db.session.flush()
    left = everything()
    assert MARKER not in left and MARKER.lower() not in left
    for model in (Episode, Family, Person, Paper, Submission, Revision):
        assert db.session.scalars(select(model)).all() == []


def test_what_was_erased_is_in_no_byte_of_the_database_or_the_files(family, monday, settings):
    attached = store().keep(f"{MARKER} in a file".encode())
    db.session.add(Attachment(submission_id=family[1].id, path="papers", name="letter.txt", size=20, media_type="text/plain", sha256=attached))
    db.session.commit()
    assert store().has(attached)
    years(monday, 25)
    for found in list(due(datetime.now(UTC))):
        erase_with_files(found)
    db.session.commit()
    run_due()
    assert not store().has(attached)
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = [path for path in settings.data_path.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]
    assert held == []


def test_files_and_documents_go_with_it(in_app, monday):
    cast.add(in_app, "Sade Screener", "Hugh Hub", "Sita Manager", "Lena Lead", "Tom Minutes")
    episode = closed(cast.reviewed())
    review = db.session.scalar(select(Paper.submission_id).where(Paper.episode_id == episode.id, Paper.paper == "closure_review"))
    before = set(store().hashes())
    rule = next(iter(produce.rules_for(drafts.find(review))))
    made = produce.produce(rule.id, drafts.find(review), by=person("Sita Manager"))
    sha256 = made.sha256
    assert store().has(sha256) and set(store().hashes()) > before
    years(monday, 25)
    for found in list(due(datetime.now(UTC))):
        erase_with_files(found)
    db.session.commit()
    run_due()
    assert db.session.scalars(select(Document)).all() == []
    assert not store().has(sha256)


def test_a_hold_keeps_everything_until_it_is_lifted(family, monday):
    hold = holds.place(family[0].family_id, "An inquiry")
    years(monday, 30)
    (found,) = due(datetime.now(UTC))
    assert found.is_held and erase(found) is False
    assert MARKER in everything()
    holds.lift(hold, "It has ended")
    (found,) = due(datetime.now(UTC))
    assert not found.is_held and erase(found)
    assert db.session.scalars(select(FamilyHold)).all() == []


def test_a_hold_placed_after_the_list_was_made_holds(family, monday):
    years(monday, 25)
    (found,) = list(due(datetime.now(UTC)))
    holds.place(family[0].family_id, "An inquiry")
    assert not found.is_held and erase(found) is False
    assert MARKER in everything()


def test_support_that_began_again_after_the_list_was_made_keeps_everything(family, monday):
    years(monday, 25)
    (found,) = list(due(datetime.now(UTC)))
    family[0].closed_at = None
    assert erase(found) is False
    answers = Due(ANSWERS, family[1].id, family[1].reference, datetime.now(UTC), ("children",))
    assert erase(answers) is False
    assert MARKER in everything()


def test_what_was_erased_meanwhile_is_not_erased_twice(family, monday):
    years(monday, 25)
    (found,) = list(due(datetime.now(UTC)))
    assert (erase(found), erase(found)) == (True, False)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_hold_says_why(family, reason):
    with pytest.raises(holds.HoldRefused, match="Say why the family's records must be kept"):
        holds.place(family[0].family_id, reason)


def test_the_same_hold_is_placed_once_until_it_is_lifted(family):
    family_id = family[0].family_id
    hold = holds.place(family_id, "An inquiry", by_id="a", by_label="Ada")
    assert holds.place(family_id, " An inquiry ", by_id="a", by_label="Ada") is hold
    assert len({hold.id, holds.place(family_id, "A claim", by_id="a", by_label="Ada").id, holds.place(family_id, "An inquiry", by_id="b", by_label="Bea").id}) == 3
    holds.lift(hold, "Ended")
    assert holds.place(family_id, "An inquiry", by_id="a", by_label="Ada").id != hold.id
    assert len(holds.of_family(family_id)) == 3


def test_a_hold_is_lifted_once(family):
    hold = holds.place(family[0].family_id, "An inquiry")
    holds.lift(hold, "Ended")
    with pytest.raises(holds.HoldRefused, match="was lifted already"):
        holds.lift(hold, "Ended")


def test_the_trail_says_that_something_was_erased_and_of_which_kind_only(family, monday):
    family_id = family[0].family_id
    years(monday, 25)
    (found,) = due(datetime.now(UTC))
    erase(found)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "retention.erased"))
    assert (event.subject, event.subject_id, event.detail) == ("family", family_id, {"kind": "family", "questions": []})


def test_the_daily_work_waits_for_the_grace_and_then_erases(family, monday):
    years(monday, 25, days=GRACE.days - 1)
    erase_daily({}, job_id=0)
    assert db.session.scalars(select(Family)).all()
    monday.shift(timedelta(days=2))
    erase_daily({}, job_id=0)
    assert db.session.scalars(select(Family)).all() == []


def test_families_left_empty_when_requests_were_attached_go_with_the_last_of_them(family):
    empty = cast.received().family_id
    first = db.session.scalars(select(Episode).where(Episode.family_id == empty)).one()
    second, other = cast.received(), family[0].family_id
    own = second.family_id
    attaching.attach(second, db.session.get_one(Family, empty), by=person("Sade Screener"), reason="Same child")
    attaching.attach(first, db.session.get_one(Family, other), by=person("Sade Screener"), reason="Same child")
    for one in (first, second):
        closed(one)
    assert erase(Due(FAMILY, other, "", datetime.now(UTC)))
    assert {one.id for one in db.session.scalars(select(Family))} == {empty, own}, "what has support of its own, and what that came from, stay"
    third = cast.received()
    attaching.attach(second, db.session.get_one(Family, third.family_id), by=person("Sade Screener"), reason="Same child")
    closed(third)
    assert erase(Due(FAMILY, third.family_id, "", datetime.now(UTC)))
    assert db.session.scalars(select(Family)).all() == [] and db.session.scalars(select(Person)).all() == []


def test_another_family_is_not_touched(family, monday):
    other = cast.received()
    years(monday, 20)
    closed(other)
    years(monday, 5)
    for found in list(due(datetime.now(UTC))):
        erase(found)
    assert [one.id for one in db.session.scalars(select(Episode))] == [other.id]
    assert drafts.find(db.session.scalar(select(Paper.submission_id))).data.answers["children"]


def test_answers_with_a_shorter_term_go_first_and_the_rest_stays(family, monday, monkeypatch):
    monkeypatch.setattr(terms, "terms_of", lambda definition: {"child_first_name": "2y"})
    submission = family[1]
    years(monday, 2, days=-1)
    assert list(due(datetime.now(UTC))) == []
    monday.shift(timedelta(days=1))
    (found,) = due(datetime.now(UTC))
    assert (found.kind, found.questions) == (ANSWERS, ("child_first_name",))
    erase(found)
    assert "child_first_name" not in json.dumps(submission.data.answers) and submission.data.answers["source"] == "new"
    assert not any("child_first_name" in json.dumps(one.changes) for one in drafts.history(submission))
    assert submission.data.erased == {"child_first_name": datetime.now(UTC).date().isoformat()}
    assert list(due(datetime.now(UTC))) == []


def test_a_form_with_a_shorter_term_goes_before_the_record_of_its_family(family, monday, monkeypatch):
    family_id, (submission_id, reference), form = family[0].family_id, (family[1].id, family[1].reference), definition_of(family[1])
    shorter = form.model_copy(update={"defaults": form.defaults.model_copy(update={"retain": {**form.defaults.retain, "sent": "3y"}})})
    monkeypatch.setattr(terms, "definition_of", lambda submission: shorter)
    monkeypatch.setattr(terms, "by_hash", lambda sha256, form_id: shorter)
    years(monday, 3, days=-1)
    assert SUBMISSION not in [one.kind for one in due(datetime.now(UTC))]
    monday.shift(timedelta(days=1))
    (found,) = [one for one in due(datetime.now(UTC)) if one.kind == SUBMISSION]
    assert (found.id, found.reference, erase(found)) == (submission_id, reference, True)
    assert drafts.find(submission_id) is None
    assert db.session.get(Family, family_id) is not None


def test_an_erased_answer_is_not_found_in_the_rows_of_people_named_or_among_the_files(family):
    submission = family[1]
    submission.data.answers = submission.data.answers | {"worries": "Kept"}
    named = select(SubmissionPerson).where(SubmissionPerson.submission_id == submission.id)
    before = sorted((one.item_path, one.last_name) for one in db.session.scalars(named))
    assert any(one.first_name for one in db.session.scalars(named))
    for name in ("child_first_name", "worries"):
        db.session.add(Attachment(submission_id=submission.id, path=f"children.c1.{name}", name="a.txt", size=1, media_type="text/plain", sha256=name))
    questions = tuple(name for name in definition_of(submission).index.questions if name.endswith("_first_name"))
    assert erase(Due(ANSWERS, submission.id, "", datetime.now(UTC), questions))
    assert {(one.first_name, one.folded) for one in db.session.scalars(named)} == {("", one.last_name.lower()) for one in db.session.scalars(named)}
    assert sorted((one.item_path, one.last_name) for one in db.session.scalars(named)) == before
    assert db.session.scalars(select(Attachment.sha256).where(Attachment.submission_id == submission.id)).all() == ["worries"]


def test_answers_under_the_id_of_an_earlier_version_go_too_and_what_was_told_of_them(in_app):
    cast.add(in_app, "Sade Screener", "Hugh Hub", "Sita Manager")
    episode = closed(cast.received())
    answers = club_versions.FAR | {"which_town": f"{MARKER} town", "children": [club_versions.FAR["children"][0] | {"first_name": MARKER}]}
    draft = drafts.find(club_versions.a_draft(answers).id)
    round_of = {"submission_id": draft.id, "number": 1, "base_version": 1, "asked": [{"path": "children.c1.first_name", "reason": MARKER}]}
    db.session.add_all([Paper(episode_id=episode.id, submission_id=draft.id, paper="meeting"), ReturnRound(**round_of, base=answers, answers=answers)])
    carrying.go_on(new_version.publish(club_versions.proposed(club_versions.THIRD), {"loses_answer": "carry"}).carry_over.id)
    draft = drafts.find(draft.id)
    (news,) = draft.data.carried
    draft.data.carried = [news | {"needed": [{"path": name, "label": name} for name in ("armbands", "first_day")]}]
    assert [each["path"] for each in news["lost"]] == ["which_town"]
    assert "first_name" in json.dumps([one.changes for one in drafts.history(draft)])
    assert erase(Due(ANSWERS, draft.id, "", datetime.now(UTC), ("armbands", "given_name", "which_town")))
    assert MARKER not in everything()
    assert draft.data.carried == [news | {"lost": [], "needed": [{"path": "first_day", "label": "first_day"}]}]
    assert draft.data.erased.keys() == {"armbands", "given_name", "which_town"}


def test_only_the_answers_of_these_questions_are_taken_out():
    answers = {"a": 1, "b": {"a": "part of b"}, "pets": [{"_id": "x", "a": 2, "c": 3, "toys": [{"_id": "y", "a": 4}]}], "files": [{"id": "f", "a": 5}]}
    assert answers_without(answers, {"a"}) == {"b": {"a": "part of b"}, "pets": [{"_id": "x", "c": 3, "toys": [{"_id": "y"}]}], "files": [{"id": "f", "a": 5}]}
    changes = {"a": [1, 2], "pets.x.a": [1, 2], "pets": [[], [{"_id": "x", "a": 2, "c": 3}]]}
    assert paths_without(changes, {"a"}) == {"pets": [[], [{"_id": "x", "c": 3}]]}


@pytest.mark.parametrize(("term", "end"), [("25y", "2049-02-28"), ("1m", "2024-03-29"), ("12m", "2025-02-28"), ("2w", "2024-03-14"), ("1d", "2024-03-01")])
def test_terms_end_on_the_calendar(term, end):
    assert end_of(datetime(2024, 2, 29, tzinfo=UTC), term).date().isoformat() == end


@pytest.mark.parametrize("term", ["", "25", "y", "0d", "25 y", "-1y"])
def test_what_is_no_term_is_refused(term):
    with pytest.raises(ValueError, match="is no term such as 25y"):
        end_of(datetime(2024, 2, 29, tzinfo=UTC), term)


def test_terms_are_compared_by_the_calendar():
    assert is_longer("25y", "10y") and is_longer("13m", "1y") and not is_longer("12m", "1y")


def test_a_form_reads_the_term_of_a_question():
    form = load_definition("""\
schema: 1
id: made_up
title: Made up
audience: staff
sections: [{id: one, title: One}]
pages: [{id: p, section: one, title: P, questions: [{id: a, kind: text, label: A, retain: 2y}, {id: b, kind: text, label: B}]}]
""")
    assert terms.terms_of(form) == {"a": "2y"}


@pytest.fixture
def paper_page(app):
    """The address of a request, one of whose answers was erased, on a family's record."""

    def make():
        episode = closed(cast.received())
        paper = db.session.scalars(select(Paper).where(Paper.episode_id == episode.id)).one()
        submission = drafts.find(paper.submission_id)
        submission.language = "tr"
        erase(Due(ANSWERS, submission.id, submission.reference, datetime.now(UTC), ("worries",)))
        return f"/staff/papers/{paper.id}"

    cast.add(app, "Hugh Hub")
    return kept(app, make)


def test_staff_see_that_an_answer_was_erased_and_in_which_language_a_form_was_filled_in(client, paper_page):
    people.sign_in(client, "Hugh Hub")
    page = client.get(paper_page).text
    assert "Filled in Turkish" in page
    assert page.count("when its time was over") == 1 and "Erased on " in page


def run(app, *words):
    """A command of `portal retention` for the running app."""
    return CliRunner().invoke(retention, [*words, "--council", "hackney"], obj=ScriptInfo(create_app=lambda: app))


@pytest.fixture
def reference(app):
    """The reference of a family whose support has ended."""
    return kept(app, lambda: closed(cast.received()).reference)


def test_what_is_past_its_term_is_listed_before_it_is_erased(app, reference, monday):
    years(monday, 25)
    listed = run(app, "list").stdout
    assert listed.startswith(f"{reference}  family, term ended ") and "erased by the daily work on " in listed and "Nothing was changed." in listed
    assert run(app, "apply", "--yes").stdout.endswith("1 erased.\n")
    assert run(app, "list").stdout == "0 past their term, 0 of them held. Nothing was changed.\n"


def test_a_hold_placed_while_the_command_asks_keeps_the_record(app, reference, monday, monkeypatch):
    years(monday, 25)

    def asked(*_words, **_also):
        with ThreadPoolExecutor(1) as elsewhere:
            assert elsewhere.submit(run, app, "hold", reference, "--reason", "An inquiry").result().exit_code == 0

    monkeypatch.setattr("portal.retention.commands.click.confirm", asked)
    assert "0 erased.\n1 kept: a hold was placed" in run(app, "apply").stdout


def test_a_hold_is_placed_and_lifted_by_reference(app, reference, monday):
    assert run(app, "hold", reference, "--reason", "An inquiry").stdout.startswith("Held.")
    years(monday, 25)
    assert ", held" in run(app, "list").stdout and run(app, "apply", "--yes").stdout == "0 erased.\n"
    assert run(app, "lift", reference, "--reason", "It has ended").stdout == "1 hold lifted.\n"
    assert run(app, "apply", "--yes").stdout.endswith("1 erased.\n")


def test_a_reference_nobody_has_is_refused_by_name(app):
    ended = run(app, "hold", "RFS-NOBODY", "--reason", "An inquiry")
    assert ended.exit_code == 1 and "No family has support under the reference 'RFS-NOBODY'." in ended.stderr
