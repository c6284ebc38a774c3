"""What is told of a new version in another language: every sentence that can be told is known, and what stays English says so."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from markupsafe import Markup

from portal.forms.languages import FOLDER, shipped, spoken
from portal.forms.load import load_definition
from portal.forms.question_kinds import ethnicity, language
from portal.forms.question_kinds.choices import said
from portal.forms.versions import compare
from portal.language import speaking
from portal.submissions.news_words import shown
from tests.forms.test_regrouping import INTO, OUTSIDE
from tests.forms.test_versions import CHANGES, form
from tests.forms.version_pairs import pairs
from tests.submissions.club_versions import FIRST, THIRD

TURKISH = spoken("tr", FOLDER).language


def unknown(changes) -> list[str]:
    """What is told of these and would stay wholly English."""
    with speaking(TURKISH):
        return [change.told for change in changes if change.told and shown(change.told) == Markup('<span lang="en" dir="ltr">{}</span>').format(change.told)]


@pytest.mark.parametrize("case", CHANGES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CHANGES)])
def test_every_kind_of_change_is_told_in_turkish(case):
    assert unknown(compare(form(case[2]), form(case[3]))) == []


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(pairs())
def test_whatever_two_versions_tell_is_known(pair):
    assert unknown(compare(*pair)) == []


def test_the_club_s_changes_and_moves_are_known():
    for old, new in ((FIRST, THIRD), (OUTSIDE, INTO)):
        assert unknown(compare(load_definition(old, source="a"), load_definition(new, source="b"))) == []


def test_labels_stay_as_they_were_and_say_that_they_are_english():
    with speaking(TURKISH):
        assert shown("There is a new question: “Does anybody need armbands?”") == (
            'Yeni bir soru var: <span lang="en" dir="ltr">“Does anybody need armbands?”</span>'
        )
        assert shown("“Swims” now takes at most 3") == '<span lang="en" dir="ltr">“Swims”</span> için artık en çok 3 yazılabilir'
        assert shown("and 7 smaller changes") == "ve 7 küçük değişiklik daha"
        assert shown("Something nobody knows") == '<span lang="en" dir="ltr">Something nobody knows</span>'
        assert "&lt;b&gt;" in shown("There is a new question: “<b>”")


def test_in_english_it_stands_as_it_was_kept():
    assert shown("There is a new question: “<b>”") == "There is a new question: “&lt;b&gt;”"


@pytest.mark.parametrize("code", shipped())
def test_a_list_of_languages_and_of_ethnic_groups_is_read_in_the_language_of_the_page(code):
    with speaking(spoken(code, FOLDER).language):
        labels = {option.id: option.label for option in said((*language.BUILT_IN, *ethnicity.BUILT_IN))}
    assert (labels["ga"], labels["white_irish"], labels["pl"]) == ("İrlandaca", "İrlandalı", "Lehçe")
