"""Copies by kind of answer: what a copy may not hold is not in it, the trace says so, and no copy that holds it after all can be issued."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from functools import partial

import pytest

from portal import access
from portal.accounts.models import User
from portal.councils import sensitivity
from portal.councils.document_model import Binding
from portal.db import db
from portal.documents import issuing, kept_code, material, merge_data, offers, produce, proof, proving
from portal.documents import trace as tracing
from portal.documents.held_kinds import held_kinds
from portal.documents.models import Document
from portal.documents.produce import HeldBack
from portal.documents.trace import LEFT_OUT
from portal.forms import held_back
from portal.forms.held_back import Reader
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts
from portal.submissions.models import Submission
from portal.word.fields import LEFT_OUT as LEFT_OUT_FIELD
from portal.word.reading import everything
from tests.episodes import cast
from tests.episodes.cast import MONDAY, person

TAG = re.compile(r"{[{%].*?[%}]}")
WHAT_WAS_DONE = "Police have the car's number."
TOLD = "Bernard Osei, hub manager, on 8 June at 15:10"


@pytest.fixture
def meeting(in_app, frozen_monday) -> Submission:
    """The minutes of a meeting at which harm was feared."""
    episode = cast.allocated()
    paper = cast.finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.first.json")
    return drafts.find(paper.submission_id)


@pytest.fixture
def frozen_monday():
    import time_machine

    with time_machine.travel(MONDAY, tick=False):
        yield


def copy_of(meeting: Submission, copy: str):
    rule = produce.rule_for("taf_minutes", meeting, copy)
    return rule, material.sources(rule, meeting, None)


def coordinator() -> Reader | None:
    return sensitivity.of_roles(council_in_force(), [council_in_force().roles["coordinator"]])


def words(content: bytes) -> str:
    return "\n".join(text for _, text in everything(content))


def with_property(content: bytes, text: str) -> bytes:
    """The file with these words among its properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as made:
        for name in before.namelist():
            made.writestr(name, before.read(name).replace(b"</cp:coreProperties>", f"<dc:description>{text}</dc:description></cp:coreProperties>".encode()))
    return out.getvalue()


def test_the_professionals_copy_holds_it_and_the_familys_copy_does_not(meeting):
    printed = {copy: words(produce.printed(produce.rule_for("taf_minutes", meeting, copy), meeting).content) for copy in ("professionals", "family")}
    assert WHAT_WAS_DONE in printed["professionals"] and TOLD in printed["professionals"]
    assert WHAT_WAS_DONE not in printed["family"] and TOLD not in printed["family"]
    assert "Worry about harm to a child" in printed["family"], "the rest is the same"


def test_nothing_stands_in_its_place(meeting):
    rule, sources = copy_of(meeting, "family")
    data = merge_data.gather(rule, sources)
    assert (data["harm_action"], data["harm_told_manager"], data["harm_now"]) == ("", "", "Yes")
    assert "held back" not in words(produce.printed(rule, meeting).content)


def test_the_trace_says_why_it_is_not_in_this_copy(meeting):
    rule, sources = copy_of(meeting, "family")
    found = tracing.trace(rule, sources, merge_data.gather(rule, sources), kept_code.compiled(material.template_bytes(rule)))
    told = {one.origin.field: one.reason for one in found.absent}
    assert told["harm_action"] == LEFT_OUT.format("Between professionals")
    assert not any(WHAT_WAS_DONE in one.reason or WHAT_WAS_DONE in one.origin.words for one in found.absent), "the answer itself is not told"
    rule, sources = copy_of(meeting, "professionals")
    found = tracing.trace(rule, sources, merge_data.gather(rule, sources), kept_code.compiled(material.template_bytes(rule)))
    assert "harm_action" not in {one.origin.field for one in found.absent}


def test_the_trace_tells_where_options_and_days_come_from_and_what_several_answers_make(meeting):
    rule, sources = copy_of(meeting, "family")
    found = tracing.trace(rule, sources, merge_data.gather(rule, sources), kept_code.compiled(material.template_bytes(rule)))
    told = {one.origin.field: (one.text, one.origin.words) for one in found.printed}
    index = sources.own.definition.index.questions
    for field in ("meeting_date", "level_now", "harm_now"):
        assert told[field][1] == f"“{index[field].label}” in {council_in_force().papers['meeting'].title}", field
    assert told["harm_now"][0] == "Yes"
    council_says = {one.origin.field: one.reason for one in found.absent}
    assert council_says["adult_must_not_be_told"] == LEFT_OUT.format("Safe contact"), "it is bound to nothing, and still it is told why it is not here"
    assert found.absent[0].reason.startswith("left out of this copy") and found.absent[-1].reason == "there is no answer", "what matters most stands first"
    assert len({(one.origin.words, one.reason) for one in found.absent}) == len(found.absent)
    assert council_says["copies_checked"] == "the council does not print it: A check before copies are made"


def test_each_text_of_a_document_leads_to_a_field_or_is_a_word_of_the_template(meeting):
    """What is neither fixed text of the template nor a value that knows its question is joined from such values, or stands in a tag of the template."""
    rule, sources = copy_of(meeting, "professionals")
    template = material.template_bytes(rule)
    found = tracing.trace(rule, sources, merge_data.gather(rule, sources), kept_code.compiled(template))
    assert found.printed and all(one.origin.words for one in found.printed)
    assert all(any(text in tag for tag in TAG.findall(words(template))) for text in found.unexplained)


def test_a_copy_that_holds_it_after_all_is_found_out(meeting):
    everything_in_it = produce.printed(produce.rule_for("taf_minutes", meeting, "professionals"), meeting).content
    rule, sources = copy_of(meeting, "family")
    found = proof.prove(rule, sources, everything_in_it, partial(proving.remade, rule, material.template_bytes(rule))).leaks
    assert {leak.withheld.reason for leak in found} == {"this copy leaves it out: Between professionals"}
    assert any(WHAT_WAS_DONE in leak.withheld.text for leak in found)
    assert proof.prove(rule, sources, produce.printed(rule, meeting).content, partial(proving.remade, rule, material.template_bytes(rule))).leaks == ()


def test_it_is_found_in_the_properties_too_and_then_nothing_is_issued(meeting):
    by = person("Tom Minutes")
    document = produce.produce("taf_minutes", meeting, by, copy="family")
    assert issuing.examine(document).leaks == ()
    document.sha256 = produce.store().keep(with_property(produce.content(document), WHAT_WAS_DONE))
    assert {leak.part for leak in issuing.examine(document).leaks} == {"docProps/core.xml"}
    with pytest.raises(issuing.Leaks):
        issuing.check(document, {one.name for one in issuing.examine(document).names}, by)


def test_a_short_answer_that_a_wider_rule_once_let_in_is_found_by_making_the_copy_again(meeting):
    by = person("Tom Minutes")
    meeting.data.answers = meeting.data.answers | {"harm_action": "HIV"}
    document = produce.produce("taf_minutes", meeting, by, copy="family")
    assert issuing.examine(document).unproved == ""
    rule, sources = copy_of(meeting, "family")
    template, data = material.template_bytes(rule), merge_data.gather(rule, sources)
    wider = proving.remade(rule, template, data | {"harm_action": "HIV"})
    document.sha256 = produce.store().keep(wider)
    found = issuing.examine(document)
    assert "HIV" in "\n".join(found.texts) and (found.leaks, found.unproved) == ((), proof.CHANGED)
    with pytest.raises(issuing.NotNow, match="produce it again"):
        issuing.check(document, {one.name for one in found.names}, by)
    everything = rule.model_copy(update={"audience": "file", "reads": ("*",)})
    assert proof.prove(everything, sources, wider, partial(proving.remade, rule, template)).unproved == "", "of a copy that leaves nothing out it is not asked"


def test_the_proof_does_not_depend_on_who_asks_for_it_and_tells_nobody_more_than_they_read(meeting):
    screening = next(submission for paper, submission in cast.papers.of_episode(material.episode_of(meeting)) if paper.paper == "screening")
    rule = produce.rule_for("screening_outcome_letter", screening)
    sources = material.sources(rule, screening, None)
    whole = proof.withheld(rule, sources)
    assert screening.data.answers["match_detail"] in [one.text for one in whole]
    with held_back.reading(coordinator()):
        assert proof.withheld(rule, sources) == whole
        told = {one.kept_as for one in whole if proof.Leak(one, "word/document.xml").is_told}
    assert "checks" in {one.kept_as for one in whole} and "checks" not in told
    assert all(proof.Leak(one, "word/document.xml").is_told for one in whole)


def test_words_that_the_copy_may_hold_elsewhere_are_no_leak_there_and_are_one_anywhere_else(meeting):
    rule, sources = copy_of(meeting, "family")
    same = sources.own.answers["working_well"]
    drawn_on = dataclasses.replace(sources, own=dataclasses.replace(sources.own, answers={**sources.own.answers, "harm_action": same}))
    made = produce.print_from(rule, drawn_on, kept_code.compiled(material.template_bytes(rule))).content
    assert words(made).count(same) == 1 and proof.prove(rule, drawn_on, made, partial(proving.remade, rule, material.template_bytes(rule))).leaks == ()
    twice = with_property(made, same)
    assert {(leak.withheld.text, leak.part) for leak in proof.prove(rule, drawn_on, twice, partial(proving.remade, rule, material.template_bytes(rule))).leaks} >= {(same, "docProps/core.xml")}


def test_a_document_says_which_kinds_of_answer_it_may_hold(meeting):
    by = person("Tom Minutes")
    kinds = {copy: produce.produce("taf_minutes", meeting, by, copy=copy).sensitivities for copy in ("professionals", "family")}
    assert kinds == {"professionals": ["personal", "professional_only"], "family": ["personal"]}


def test_a_form_that_nobody_has_finished_yet_counts_with_what_the_council_asks_in_it(meeting):
    rule, sources = copy_of(meeting, "professionals")
    drawn = rule.model_copy(update={"audience": "file", "fields": {"found": Binding(paper="screening", question="match_detail")}})
    assert held_kinds(drawn, dataclasses.replace(sources, papers={})) == ["checks"]
    whole = drawn.model_copy(update={"fields": {"request": Binding(paper="request", sections="all")}})
    assert {"harm", "health", "personal"} <= set(held_kinds(whole, dataclasses.replace(sources, papers={})))


def test_a_fact_that_prints_an_answer_counts_as_what_the_answer_is_kept_as(meeting, monkeypatch):
    rule, sources = copy_of(meeting, "professionals")
    told = rule.model_copy(update={"audience": "file", "fields": {"from": Binding(fact="request.referrer_name"), "reference": Binding(fact="request.reference")}})
    assert held_kinds(told, sources) == ["personal"]
    monkeypatch.setattr(sensitivity, "facts", lambda council: {"submission.referrer_name": "contact_safety"})
    assert held_kinds(told, sources) == ["contact_safety"]
    assert held_kinds(told.model_copy(update={"audience": "professional"}), sources) == [], "it is not in this copy"


def record_of(meeting: Submission) -> Document:
    """The file's own copy of the request that the meeting followed from."""
    episode = material.episode_of(meeting)
    request = next(submission for paper, submission in cast.papers.of_episode(episode) if paper.paper == "request")
    return produce.produce("request_record", request, person("Hugh Hub"))


def test_whoever_does_not_read_all_of_a_document_may_not_have_it(meeting):
    made = record_of(meeting)
    assert {"harm", "health", "contact_safety"} <= set(made.sensitivities)
    assert access.can(person("Hugh Hub"), "document.download", made)
    refused = access.can(person("Ada Letters"), "document.download", made)
    assert (refused.allowed, refused.hidden) == (False, False)
    assert refused.reason == "This document holds answers that are held back from you (Health and special needs, Harm, abuse and risk). Ask the lead professional or a manager"


def test_nor_produce_it_and_the_list_says_why(meeting):
    made = record_of(meeting)
    request, ada = drafts.find(made.submission_id), person("Ada Letters")
    offer = next(one for one in offers.of(request, ada) if one.rule.id == "request_record")
    assert offer.reason.startswith("This document holds answers that are held back from you")
    with pytest.raises(HeldBack, match=r"Harm, abuse and risk"):
        produce.produce("request_record", request, ada)
    assert next(one for one in offers.of(request, person("Hugh Hub")) if one.rule.id == "request_record").reason == ""


def test_a_document_of_before_this_was_noted_is_for_those_who_read_everything(meeting):
    made = record_of(meeting)
    made.sensitivities = None
    assert access.can(person("Hugh Hub"), "document.download", made)
    assert not access.can(person("Ada Letters"), "document.download", made)


def test_a_copy_may_name_its_kinds_itself(in_app):
    rule = council_in_force().documents["taf_minutes"].for_copy("family")
    assert sensitivity.of_copy(council_in_force(), rule).reads == {"", "personal", "health"}
    more = rule.model_copy(update={"reads": ("personal", "professional_only")})
    assert sensitivity.of_copy(council_in_force(), more).reads == {"", "personal", "professional_only"}
    assert sensitivity.of_copy(council_in_force(), rule.model_copy(update={"reads": ("*",)})) is None


def test_all_answers_of_a_form_are_told_as_its_reader_may_have_them(meeting):
    screening = next(submission for paper, submission in cast.papers.of_episode(material.episode_of(meeting)) if paper.paper == "screening")
    question = council_in_force().forms()["screening_outcome"].index.questions["match_detail"]
    assert question.kept_as == "checks"
    with held_back.reading(coordinator()):
        text = words(produce.all_answers_of(screening).content)
    assert "Answer held back" in text and screening.data.answers["match_detail"] not in text
    assert screening.data.answers["match_detail"] in words(produce.all_answers_of(screening).content)


def test_a_user_of_several_roles_reads_by_those_that_lead_to_the_record(meeting):
    """A role that reads everything lends nothing to another one that leads to this family."""
    made = record_of(meeting)
    both = cast.users.add(cast.users.Details("Bea Both", "bea@example.org", ("administrator", "lead_professional"), (cast.UNITS,)))
    assert isinstance(both, User) and not access.can(both, "document.download", made)
    material.episode_of(meeting).lead_id = both.id
    db.session.flush()
    assert access.can(both, "document.download", made)


def test_the_check_of_a_template_knows_what_some_copy_leaves_out(in_app):
    council = council_in_force()
    fields = merge_data.shape(council.documents["taf_minutes"], council, {paper.id: council.forms()[paper.form] for paper in council.papers})
    assert (fields["harm_action"], fields["harm_now"]) == (LEFT_OUT_FIELD, "text")
    assert LEFT_OUT_FIELD not in merge_data.shape(council.documents["closure_letter_parent"], council, {paper.id: council.forms()[paper.form] for paper in council.papers}).values()
