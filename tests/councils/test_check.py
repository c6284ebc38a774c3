"""Whether a council's files fit each other: one thing is changed in a copy of the made-up pack, and the fault is read."""

import shutil
from pathlib import Path

import pytest

from portal import access
from portal.councils import library
from portal.councils.check import faults, require_sound
from portal.councils.check_printed import undecided
from portal.councils.check_sensitivity import may_tell
from portal.councils.check_workflow import ACTIONS
from portal.councils.load import CouncilFaults

PACKS = Path(__file__).parents[1] / "packs"


@pytest.fixture
def change(tmp_path):
    """Change a text in one file of a copy of the pack (the first one, or all of several); gives the faults found, without the folder."""

    def changed(file: str, old: str | dict[str, str], new: str = "") -> list[str]:
        folder = tmp_path / "marlowe_vale"
        shutil.copytree(PACKS / "marlowe_vale", folder)
        path = folder / file
        text = path.read_text()
        changes, times = (old, -1) if isinstance(old, dict) else ({old: new}, 1)
        for before, after in changes.items():
            assert text.count(before) >= 1, f"{before!r} does not stand in {file}"
            text = text.replace(before, after, times)
        path.write_text(text)
        found = faults(library.council("", folder))
        return [str(fault).replace(f"{folder}/", "") for fault in found]

    return changed


@pytest.mark.parametrize("name", ["hackney", "marlowe_vale"])
def test_every_pack_fits_together(name):
    pack = library.council(name) if name in library.names() else library.council("", PACKS / name)
    assert [str(fault) for fault in faults(pack)] == []


def test_a_form_that_asks_for_a_feature_there_is_not(change):
    (fault,) = change("forms/asking_for_help.yaml", "record: service.upn", "record: service.unp")
    assert fault.startswith("forms/asking_for_help.yaml:") and fault.endswith('service.unp is no feature of service.yaml, did you mean "service.upn"? (there are: service.upn)')


def test_a_form_that_borrows_a_text_there_is_not(change):
    (fault,) = change("forms/asking_for_help.yaml", "{service.privacy_notice_version}", "{service.privacy_version}")
    assert fault.endswith("borrows {service.privacy_version}, which is no text of the council's service.yaml")


PROMISED = "item_label: \"{last_promise}\", prefill: {from: form.family_circle.promises"


def test_first_answers_come_from_a_paper_and_a_question_there_are(change):
    (fault,) = change("forms/family_circle.yaml", PROMISED, PROMISED.replace("family_circle.", "family_circles."))
    assert 'family_circles is no paper of workflow.yaml, did you mean "family_circle"?' in fault


def test_first_answers_come_from_a_question_that_the_paper_asks(change):
    found = change("forms/family_circle.yaml", PROMISED, PROMISED + "x")
    assert any('promisesx is neither question nor repeat of the form family_circle, did you mean "promises"?' in fault for fault in found)


def test_the_items_of_first_answers_are_chosen_by_what_their_form_asks(change):
    found = change("forms/family_circle.yaml", PROMISED + "}", PROMISED + ", where: {question: promised_bi, is: Ann}}")
    assert any('promised_bi is no question of the form family_circle, did you mean "promised_by"?' in fault for fault in found)


def test_the_actions_of_roles_are_those_that_access_knows():
    assert sorted(ACTIONS) == sorted(access.ACTIONS)


def test_a_paper_with_a_form_that_is_not_there(change):
    found = change("council/workflow.yaml", "form: home_visit", "form: home_visits")
    assert found[0].startswith(
        'council/workflow.yaml:12:47: home_visits is no form of this council, did you mean "home_visit"? (there are: asking_for_help, family_circle'
    )
    assert found[-1].startswith("forms/home_visit.yaml:1:1: no paper of workflow.yaml and no way in of service.yaml uses the form home_visit")


def test_a_move_to_a_stage_that_is_not_there(change):
    found = change("council/workflow.yaml", "to: pointed_on", "to: pointed")
    assert any('pointed is no stage of this council, did you mean "pointed_on"?' in fault for fault in found)
    assert any("no way leads to the stage pointed_on" in fault for fault in found)


def test_a_stage_nobody_can_leave(change):
    found = change("council/workflow.yaml", "  - {id: finish, title: Finish, from: [winding_down], to: finished, on: {paper: goodbye, event: finalised}}\n", "")
    assert "council/workflow.yaml:4:5: no way leads on from the stage winding_down, which is not closed" in found


def test_a_move_that_looks_at_a_question_that_is_not_asked(change):
    (fault,) = change("council/workflow.yaml", "when: {question: verdict,", "when: {question: verdicts,")
    assert fault == 'council/workflow.yaml:37:11: verdicts is no question of the form second_look, did you mean "verdict"?'


def test_a_move_that_looks_for_an_option_that_is_not_offered(change):
    (fault,) = change("council/workflow.yaml", "is: take_on}", "is: taken_on}")
    assert fault.startswith("council/workflow.yaml:25:34:") and "taken_on" in fault


def test_a_move_that_sets_a_fact_from_a_question_inside_a_repeat(change):
    found = change("council/workflow.yaml", "to: winding_down\n    on: {paper: circle_agreed, event: finalised}\n    when: {question: verdict, is: \"yes\"}",
                   "to: winding_down\n    on: {paper: family_circle, event: finalised}\n    sets: {team: who}")  # fmt: skip
    assert any("who is asked for each item of people in the form family_circle" in fault for fault in found)


def test_a_move_that_looks_at_the_signed_paper_of_one_that_signs_none(change):
    (fault,) = change("council/workflow.yaml", "sets: {team: which_team", "sets: {signed: true, team: which_team")
    assert fault.endswith("take_on looks at the paper that first_look signs, but it signs none")


def test_a_move_that_looks_at_a_question_the_signed_paper_does_not_ask(change):
    (fault,) = change("council/workflow.yaml", 'when: {question: verdict, is: "yes"}', "when_signed: {question: verdict, is: 'yes'}")
    assert fault.startswith("council/workflow.yaml:37:") and "verdict is no question of the form family_circle" in fault


def test_a_request_that_lands_with_a_team_that_is_not_there(change):
    (fault,) = change("council/workflow.yaml", "team: river_team", "team: rivers")
    assert "rivers is no team of this council" in fault


def test_a_role_with_an_action_nobody_knows(change):
    (fault,) = change("council/roles.yaml", "people.search", "people.find")
    assert fault.startswith("council/roles.yaml:13:") and "people.find is no action of this council" in fault


def test_a_role_with_a_paper_that_is_not_there(change):
    found = change("council/roles.yaml", "first_look: [view", "first_glance: [view")
    assert any("first_glance is no paper of this council" in fault for fault in found)
    assert any("no role may finalise the paper first_look" in fault for fault in found)


def test_a_clock_that_waits_for_something_nobody_records(change):
    (fault,) = change("council/clocks.yaml", "name: rang_family}", "name: rang}")
    assert "rang is no recording of this council" in fault


def test_a_clock_that_does_not_say_what_it_waits_for(change):
    (fault,) = change("council/clocks.yaml", "{event: stage_entered, stage: winding_down}", "{event: stage_entered, name: rang_family}")
    assert fault.endswith("the trigger stage_entered says stage; this says name")


def test_a_clock_that_takes_a_date_from_words(change):
    (fault,) = change("council/clocks.yaml", "question: held_on", "question: what_was_said")
    assert "what_was_said is of kind long_text: a clock takes the answer to a date" in fault


def test_a_clock_whose_target_depends_on_an_option_that_is_not_offered(change):
    (fault,) = change("council/clocks.yaml", "targets: {soon:", "targets: {sooner:")
    assert "sooner is no option of the question how_soon (there are: soon, later)" in fault


def test_a_document_that_binds_what_is_not_there(change):
    found = change("council/documents.yaml", "said: {question: what_was_said,", "said: {question: what_was_heard,")
    assert found == ["council/documents.yaml:17:24: what_was_heard is no question of the form family_circle" ', did you mean "what_was_said"?']


def test_a_document_with_a_template_that_is_not_there(change):
    (fault,) = change("council/documents.yaml", "circle-notes.docx", "circle-note.docx")
    assert fault == (
        'council/documents.yaml:5:15: circle-note.docx is no template of this council, did you mean "circle-notes.docx"? '
        "(there are: circle-notes.docx, goodbye-letter.docx)"
    )


def test_a_document_that_does_not_say_what_an_empty_answer_prints(change):
    (fault,) = change("council/documents.yaml", "{question: greeting, empty: Hello}", "{question: greeting}")
    assert "greeting does not say what is printed when greeting has no answer: add `empty`" in fault


def test_a_document_with_wording_or_a_contact_that_is_not_there(change):
    assert "complaint is no wording of this council" in change("council/documents.yaml", "{wording: complaints}", "{wording: complaint}")[0]


def test_a_document_with_a_contact_that_is_not_there(change):
    assert "hub.fax is no text of service.yaml" in change("council/documents.yaml", "hub.telephone", "hub.fax")[0]


def test_an_e_mail_with_a_placeholder_for_a_persons_name(change):
    (fault,) = change("council/notices.yaml", "Got it: {reference}", "Got it: {first_name}")
    assert fault == "council/notices.yaml:1:20: first_name is no placeholder of this council (there are: reference, link, council, expires)"


def test_an_e_mail_the_portal_sends_is_missing_and_another_is_never_sent(change):
    assert change("council/notices.yaml", "receipt: {", "thanks: {") == [
        "council/notices.yaml:1:1: the e-mail receipt is missing: the portal sends it",
        "council/notices.yaml:1:1: nothing sends the e-mail thanks: give it `on`",
    ]


def test_a_word_the_council_avoids_in_one_of_its_own_texts(change):
    (fault,) = change("council/wording.yaml", "Not happy?", "Unhappy with your case?")
    assert fault == "council/wording.yaml:2:15: uses “case”; say instead: family"


def test_an_option_counted_as_one_that_is_not_there(change):
    (fault,) = change("council/lists.yaml", "{id: asian, label: Asian or Asian British}", "{id: asian, label: Asian, counts_as: asia}")
    assert "asian counts as asia, which is none of the list's own groups" in fault


def test_an_id_used_twice(change):
    found = change("council/teams.yaml", "id: hill_team", "id: river_team")
    assert "council/teams.yaml:3:10: river_team is used twice in teams" in found


def test_a_colour_too_pale_for_white_text(change):
    (fault,) = change("council/service.yaml", "#5c2a6e", "#ffaa00")
    assert fault == "council/service.yaml:5:9: white text on #ffaa00 has a contrast of 1.9; it needs 4.5: choose a darker colour"


def test_a_way_in_that_leads_to_a_staff_form(change):
    found = change("council/service.yaml", "form: asking_for_help", "form: home_visit")
    assert any("the form home_visit is for staff: a way in leads to a public form" in fault for fault in found)


def test_faults_of_a_form_come_with_the_packs_own(change):
    found = change("forms/home_visit.yaml", "kind: yes_no", "kind: yesno")
    assert any(fault.startswith("forms/home_visit.yaml:14:") and "yesno" in fault for fault in found)


def test_a_broken_pack_may_not_be_used(tmp_path):
    folder = tmp_path / "marlowe_vale"
    shutil.copytree(PACKS / "marlowe_vale", folder)
    (folder / "council" / "lists.yaml").write_text("other: [{id: a, label: A}]")
    with pytest.raises(CouncilFaults, match="council.ways_to_reach"):
        require_sound(library.council("", folder))


@pytest.mark.parametrize("name", ["hackney", "marlowe_vale"])
def test_every_question_of_a_documents_form_is_printed_or_left_out_for_a_reason(name):
    pack = library.council(name) if name in library.names() else library.council("", PACKS / name)
    assert [str(told) for told in undecided(pack)] == []


def test_a_question_nobody_decided_about_is_told(tmp_path):
    folder = tmp_path / "marlowe_vale"
    shutil.copytree(PACKS / "marlowe_vale", folder)
    documents = folder / "council" / "documents.yaml"
    documents.write_text(documents.read_text().replace("      said: {question: what_was_said, empty: Nothing was written down}\n", ""))
    (told,) = undecided(library.council("", folder))
    assert str(told).endswith("circle_notes does not print what_was_said: bind it, or name it under `not_printed` with the reason")


def test_what_is_left_out_of_a_document_is_a_question_and_is_not_printed(change):
    found = change("council/documents.yaml", "[how_soon]", "[how_soon, what_was_sad, held_on]")
    assert any('what_was_sad is no question of the form family_circle, did you mean "what_was_said"?' in fault for fault in found)
    assert any("held_on is printed by circle_notes: take it out of `not_printed`" in fault for fault in found)


def test_a_question_kept_as_something_there_is_not(change):
    (fault,) = change("forms/home_visit.yaml", "sensitivity: hush", "sensitivity: hash")
    assert fault.startswith("forms/home_visit.yaml:15:") and 'hash is no kind of answer of this council, did you mean "hush"? (there are: personal, hush)' in fault


def test_a_whole_form_kept_as_something_there_is_not(change):
    (fault,) = change("forms/asking_for_help.yaml", "sensitivity: personal", "sensitivity: personnel")
    assert fault.startswith("forms/asking_for_help.yaml:6:") and 'personnel is no kind of answer of this council, did you mean "personal"?' in fault


def test_a_role_that_reads_something_there_is_not(change):
    (fault,) = change("council/roles.yaml", "reads: [personal]", "reads: [personal, hushh]")
    assert fault.startswith("council/roles.yaml:14:") and 'hushh is no kind of answer of this council, did you mean "hush"?' in fault


def test_a_role_that_sees_records_and_reads_nothing_in_them(change):
    found = change("council/roles.yaml", "reads: [personal]", "reads: []")
    assert any("greeter sees records but `reads` no kind of answer" in fault for fault in found)


def test_a_kind_of_answer_that_nobody_reads(change):
    found = change("council/roles.yaml", {'reads: ["*"]': "reads: [personal]"})
    assert any(fault.startswith("council/roles.yaml:6:") and "no role reads hush" in fault for fault in found)


def test_a_role_that_finishes_what_it_does_not_read(change):
    (fault,) = change("council/roles.yaml", 'reads: ["*"]', "reads: [personal]")
    assert "helper may finalise home_visit but does not read hush, which the form home_visit asks for" in fault


def test_a_merge_field_that_no_copy_may_hold(change):
    found = change("forms/family_circle.yaml", "{id: what_was_said, kind: long_text,", "{id: what_was_said, kind: long_text, sensitivity: hush,")
    assert any(fault.startswith("council/documents.yaml:") and "what_was_said is kept as hush, which no copy of this document may hold" in fault for fault in found)


def test_a_copy_that_names_a_kind_of_answer_there_is_not(change):
    (fault,) = change("council/documents.yaml", "    audience: family\n", "    audience: family\n    reads: [personal, husk]\n")
    assert 'husk is no kind of answer of this council, did you mean "hush"?' in fault


def test_what_is_required_and_kept_out_of_a_copy(change):
    (fault,) = change(
        "council/documents.yaml",
        {
            'file_name: "circle-{reference}"\n': 'file_name: "circle-{reference}"\n    copies: [{id: short, title: short copy, audience: family, reads: [hush]}]\n',
            "said: {question: what_was_said, empty: Nothing was written down}": "said: {question: what_was_said, required: true}",
        },
    )
    assert "what_was_said is required, but kept as personal, which the copy “Notes of the family circle: short copy” may not hold" in fault


FILE_NAME = '    file_name: "circle-{reference}"\n'
SHORT_COPY = FILE_NAME + "    copies: [{id: short, title: short copy, audience: family, reads: [hush]}]\n"
WHEN = "when: {question: what_was_said, answered: true}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({FILE_NAME: SHORT_COPY, "held_on: {question: held_on,": f"held_on: {{question: held_on, {WHEN},"}, "prints it"),
        ({FILE_NAME: f"{SHORT_COPY}    {WHEN}\n"}, "is made"),
    ],
)
def test_what_is_there_only_because_of_an_answer_that_the_copy_leaves_out(change, changes, words):
    """That it is there tells the answer, though the answer itself is not printed."""
    found = change("council/documents.yaml", changes)
    assert any(f"“Notes of the family circle: short copy” {words} only because of what_was_said, which is kept as personal and is told so" in fault for fault in found), found


def test_questions_that_are_shown_because_of_an_answer_that_a_copy_leaves_out_are_told():
    (told,) = map(str, may_tell(library.council("hackney")))
    assert "a copy of taf_minutes leaves adult_must_not_be_told out, and asks for" in told
    assert "support_now" in told and "harm_action" not in told
    assert may_tell(library.council("", PACKS / "marlowe_vale")) == []


def test_a_first_answer_that_more_people_would_read_than_where_it_comes_from(change):
    found = change("forms/family_circle.yaml", "{id: promise, kind: text,", "{id: promise, kind: text, sensitivity: hush,")
    assert any("takes its answer from promise, which is kept as hush, and is kept as personal, which more read (copies for family, greeter)" in fault for fault in found)
