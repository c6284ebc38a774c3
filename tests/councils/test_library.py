"""Finding packs and looking into them: the shipped one by name, another by its folder."""

from pathlib import Path

import pytest

from portal.councils import library
from portal.councils.library import CouncilUnknown, FormUnknown, TemplateUnknown
from portal.forms.load import load_definition

PACKS = Path(__file__).parents[1] / "packs"


@pytest.fixture
def hackney():
    return library.council("hackney")


@pytest.fixture
def marlowe():
    return library.council("", PACKS / "marlowe_vale")


def test_the_shipped_packs_are_listed():
    assert "hackney" in library.names()


def test_a_pack_is_read_once(hackney):
    assert library.council("hackney") is hackney


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(CouncilUnknown, match="no council pack called 'hackny'; there are: hackney"):
        library.council("hackny")


def test_a_folder_that_is_no_pack_says_what_one_holds(tmp_path):
    with pytest.raises(CouncilUnknown, match="its folder holds council/ forms/ documents/ demo/"):
        library.council("", tmp_path)


def test_a_pack_at_a_path_takes_its_name_from_the_folder(marlowe):
    assert (marlowe.id, marlowe.name) == ("marlowe_vale", "Marlowe Vale Borough Council")


def test_registers_keep_the_order_of_the_file_and_are_looked_into_by_id(marlowe):
    assert marlowe.stages.first.id == "new_in"
    assert marlowe.stages.ids == ("new_in", "with_helper", "winding_down", "finished", "pointed_on")
    assert marlowe.papers["first_look"].title == "First look"
    assert "nowhere" not in marlowe.stages
    assert marlowe.teams.get("nobody") is None


def test_forms_are_read_with_the_councils_lists(marlowe):
    pace = marlowe.forms()["family_circle"].index.questions["how_soon"]
    assert [option.id for option in pace.settings.options] == ["soon", "later"]


def test_teams_and_levels_are_lists_that_forms_may_name(marlowe, hackney):
    team = marlowe.form("first_look").index.questions["which_team"]
    assert [option.label for option in team.settings.options] == ["River team", "Hill team"]
    assert [item["id"] for item in hackney.shared_lists["teams"]] == ["multi_agency_team", "family_support_units", "young_hackney"]
    assert [item["id"] for item in hackney.shared_lists["levels"]] == ["level_1", "level_2", "level_3", "level_4"]


def test_a_form_takes_the_words_it_borrows_with_it_and_an_older_version_keeps_its_own(marlowe, hackney):
    assert hackney.form("request_for_support").index.questions["privacy_given"].label == "Have they had our privacy notice (version 2026-1)?"
    text = marlowe.form_text("asking_for_help")
    assert text.endswith('council_texts:\n  privacy_notice_version: "7"\n')
    assert load_definition(text).index.questions["told_of_notice"].label == "I have read the privacy notice (version 7)"


def test_features_are_facts_that_forms_may_ask_for(marlowe, hackney):
    assert (marlowe.service.facts, hackney.service.facts) == ({"service.upn": "yes"}, {"service.upn": "no"})


def test_one_council_has_a_form_fewer_and_another_more(marlowe, hackney):
    kinds = {pack.id: sorted(paper.kind for paper in pack.papers) for pack in (marlowe, hackney)}
    assert "review" in kinds["hackney"] and "review" not in kinds["marlowe_vale"]
    assert "record" in kinds["marlowe_vale"] and "record" not in kinds["hackney"]


def test_an_unknown_form_or_template_says_which_there_are(marlowe):
    with pytest.raises(FormUnknown, match="marlowe_vale has no form 'asking'; it has: asking_for_help, family_circle"):
        marlowe.form_text("asking")
    with pytest.raises(TemplateUnknown, match=r"marlowe_vale has no template '\.\./council/service\.yaml'"):
        marlowe.template_path("../council/service.yaml")


def test_tests_and_translations_beside_a_form_are_no_forms(tmp_path):
    for name in ("a.yaml", "a.tests.yaml", "a.tr.yaml"):
        (tmp_path / name).write_text("")
    assert library.form_ids(tmp_path) == ["a"]


def test_rules_as_one_text_hold_every_file(hackney):
    text = hackney.rules_text()
    assert all(f"# {name}.yaml" in text for name in ("service", "workflow", "roles", "clocks", "lists"))


def test_the_line_of_a_paper_takes_the_place_of_the_line_for_all(hackney, marlowe):
    assert hackney.roles["quality_partner"].rights_on("closure_sign_off") == {"view", "start", "edit", "finalise"}
    assert hackney.roles["quality_partner"].rights_on("meeting") == {"view"}
    assert marlowe.roles["keeper"].rights_on("asking") == frozenset()


def test_a_forms_text_brings_the_lists_it_names_so_that_a_version_never_changes(marlowe):
    text = marlowe.form_text("family_circle")
    assert text.startswith((PACKS / "marlowe_vale" / "forms" / "family_circle.yaml").read_text())
    other_day = load_definition(text, shared_lists={"circle_pace": [{"id": "never", "label": "Never"}]})
    assert [option.id for option in other_day.index.questions["how_soon"].settings.options] == ["soon", "later"]
    assert other_day.sha256 == marlowe.form("family_circle").sha256


def test_a_form_that_names_no_list_is_left_as_it_is(marlowe):
    assert marlowe.form_text("home_visit") == marlowe.form_path("home_visit").read_text()


def test_every_list_a_form_names_stands_in_its_text(hackney):
    for form_id in hackney.form_ids():
        assert load_definition(hackney.form_text(form_id)).id == form_id
