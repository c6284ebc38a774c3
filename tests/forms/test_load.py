"""Reading a definition: what a form must be, every fault at once with its place, and what is kept."""

import hashlib

import pytest

from portal.forms import yaml_text
from portal.forms.load import DefinitionFaults, decoded, load_definition, text_of_file
from tests.forms.holiday_club import HOLIDAY_CLUB, a_form, a_page, a_text, holiday_club


def faults_in(text, **more):
    with pytest.raises(DefinitionFaults) as caught:
        load_definition(text, source="form.yaml", **more)
    return [f"{fault.line}:{fault.column} {fault.code}" for fault in caught.value.faults], str(caught.value)


def test_names_that_nothing_carries_are_told_together_with_faults_of_shape():
    text = a_text(
        """
        - id: first
          section: oen
          title: A page
          repeat: peple
          when: {all: [{question: swims, is: ys}, {use: is_not_there}, {any_item: peple, match: {question: nmae, answered: true}}]}
          questions:
            - {id: swims, kind: yes_no, label: Do you swim?, lable: twice}
            - {id: sails, kind: yes_no, label: Do you sail?, when: {question: swimms, is: "yes"}}
            - {id: rows, kind: yes_no, label: Do you row?, when: {question: sails, is: often}, required: {question: sales, answered: true}}
        """,
        above="repeats: {people: {title: People, item: person, item_label: Person}}",
    )
    _, words = faults_in(text)
    for expected in (
        "unknown key 'lable', did you mean \"label\"?",
        "names the section 'oen', which there is not, did you mean \"one\"?",
        "names the repeat 'peple', which there is not, did you mean \"people\"?",
        "names the question 'swimms', which there is not, did you mean \"swims\"?",
        "names the question 'sales', which there is not, did you mean \"sails\"?",
        "names the question 'nmae', which there is not",
        "names the condition 'is_not_there', which there is not",
        "sails: ",
    ):
        assert expected in words
    assert "'swims', which" not in words


def test_a_form_is_read_into_plain_frozen_parts():
    form = holiday_club()
    assert form.index.questions["first_name"].settings.max_length == 30
    assert [repeat.id for repeat in form.repeats] == ["children", "adults", "may_collect"]
    assert [option.id for option in form.index.questions["swims"].settings.options] == ["yes", "no", "unsure"]
    assert form.index.questions["first_day"].rules[0].comparison == "not_before"
    assert form.sha256 == hashlib.sha256(HOLIDAY_CLUB.encode()).hexdigest()


def test_a_definition_that_was_read_once_is_not_read_again():
    assert holiday_club() is holiday_club()


def test_every_fault_is_told_at_once_with_line_column_and_the_nearest_right_word():
    text = a_text(
        """
        - id: first
          section: one
          titel: A page
          questions:
            - {id: a, kind: text, label: 12, max_lenght: 3}
            - {id: b, kind: radio, label: B}
            - {id: c, kind: text, label: C, required: yes please, when: {question: a, iz: x}}
            - {id: d, kind: text, max_length: "9"}
            - {id: e, kind: radios, label: E, list: swimms}
        """,
        above="lists: {swims: [{id: a, label: A}, {id: b}]}",
    )
    places, words = faults_in(text)
    assert places == [
        "6:36 missing_key", "8:3 missing_key", "10:3 unknown_key", "12:34 wrong_type", "12:38 unknown_key", "13:21 unknown_kind",
        "14:47 wrong_type", "14:79 unknown_key", "15:7 missing_key", "15:39 wrong_type", "16:45 unknown_list",
    ]  # fmt: skip
    for expected in (
        "unknown key 'titel', did you mean \"title\"?",
        'write "12" in quotes',
        "unknown key 'max_lenght', did you mean \"max_length\"?",
        "has the kind 'radio', which is none, did you mean \"radios\"?",
        "`required` is true, false or a condition",
        "unknown key 'iz', did you mean \"is\"?",
        "`max_length` is a number, not \"9\"",
        "needs `label`",
        "names the list 'swimms', which there is not, did you mean \"swims\"?",
    ):
        assert expected in words


@pytest.mark.parametrize("scalar", ["012", "yes", "12:30", "2026-05-04", "3", "true", "1.5", "~"])
def test_a_label_without_quotes_that_is_no_plain_text_is_refused(scalar):
    places, _ = faults_in(a_text(a_page(f"{{id: a, kind: text, label: {scalar}}}")))
    assert [place.split()[0] for place in places] == ["8:82"]
    assert load_definition(a_text(a_page(f'{{id: a, kind: text, label: "{scalar}"}}'))).index.questions["a"].label == scalar


def test_shared_lists_are_put_into_the_options_of_a_question():
    form = load_definition(
        a_text(a_page("{id: a, kind: select, label: Language, list: council.languages}")),
        shared_lists={"languages": [{"id": "en", "label": "English"}, {"id": "pa", "label": "Panjabi"}]},
    )
    assert [option.label for option in form.index.questions["a"].settings.options] == ["English", "Panjabi"]


def test_the_same_text_with_other_shared_lists_is_another_form():
    text = a_text(a_page("{id: a, kind: select, label: Language, list: council.languages}"))
    one = load_definition(text, shared_lists={"languages": [{"id": "en", "label": "English"}]})
    two = load_definition(text, shared_lists={"languages": [{"id": "cy", "label": "Welsh"}]})
    assert one.index.questions["a"].settings.options != two.index.questions["a"].settings.options


def test_a_list_and_options_together_are_refused():
    text = a_text(a_page("{id: a, kind: radios, label: A, list: ab, options: [{id: x, label: X}]}"), above="lists: {ab: [{id: x, label: X}]}")
    assert "has both `list` and `options`" in faults_in(text)[1]


def test_a_rule_has_one_comparison():
    text = a_text(a_page("{id: a, kind: date, label: A, rules: [{not_after: today, not_before: today}, {message: x}]}"))
    assert faults_in(text)[0] == ["8:93 rule", "8:132 rule"]


def test_a_condition_inside_a_condition_is_placed_where_it_stands():
    page = """
    - id: p
      section: one
      title: P
      when:
        all:
          - {question: a, is: x}
          - not: {question: a}
      questions: [{id: a, kind: text, label: A}]
    """
    assert faults_in(a_text(page))[0] == ["14:14 condition_comparison"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a form"),
        ("[1, 2]", "is not a form"),
        ("schema: 2\n", "reads schema 1"),
        ("schema: 1\npages: {}\n", "`pages` is a list"),
        ("schema: 1\npages: [1]\n", "is a mapping with id, section, title"),
        ("schema: 1\nrepeats: []\n", "`repeats` is a mapping of names"),
        ("schema: 1\nlists: {a: 1}\n", "is a list of options"),
        ("a: [\n", "is not YAML"),
    ],
)
def test_what_is_no_form_says_why(text, words):
    assert words in faults_in(text)[1]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [("title: Zoë".encode("latin-1"), 1, 10), ("a: 1\nb: é".encode("utf-16"), 1, 1), (b"a: 1\nb: \xff", 2, 4)],
)
def test_another_encoding_than_utf_8_is_refused_where_it_shows(content, line, column):
    with pytest.raises(DefinitionFaults) as caught:
        decoded(content, "form.yaml")
    fault = caught.value.faults[0]
    assert (fault.line, fault.column, fault.code) == (line, column, "encoding")


def test_a_byte_order_mark_is_refused():
    assert "U+FEFF" in faults_in("\ufeffschema: 1\n")[1]


def test_a_file_of_ten_megabytes_and_one_a_thousand_deep_are_refused_before_they_are_read_to_the_end(tmp_path, monkeypatch):
    taken = []
    really = yaml_text._events
    monkeypatch.setattr(yaml_text, "_events", lambda text: (taken.append(event) or event for event in really(text)))
    large, deep = tmp_path / "large.yaml", tmp_path / "deep.yaml"
    large.write_text("schema: 1\npages:\n" + "  - {id: a, title: b, section: c}\n" * 320_000)
    deep.write_text("\n".join(" " * depth + "a:" for depth in range(1000)))
    for path, code, most in ((large, "too_large", 0), (deep, "too_deep", 3 * yaml_text.DEEPEST)):
        with pytest.raises(DefinitionFaults) as caught:
            load_definition(text_of_file(path))
        assert caught.value.faults[-1].code == code
        assert len(taken) <= most


BORROWING = HOLIDAY_CLUB.replace("title: Bring a coat", 'title: "Bring a coat, or ring {service.hub.telephone}"')


def test_the_words_of_the_council_stand_where_a_form_borrows_them():
    texts = 'council_texts:\n  hub.telephone: "01632 960100"\n'
    assert load_definition(BORROWING + texts).index.pages["read_this"].title == "Bring a coat, or ring 01632 960100"


def test_a_borrowed_text_that_is_not_there_is_a_fault_at_its_place():
    assert faults_in(BORROWING)[1].endswith("borrows {service.hub.telephone}, which is no text of the council's service.yaml")
    assert "is a mapping of names to texts" in faults_in(HOLIDAY_CLUB + "council_texts: [one]\n")[1]


def test_a_form_may_use_all_its_keys_and_no_other():
    assert "unknown key 'workflow'" in faults_in(HOLIDAY_CLUB + "workflow: x\n")[1]
    assert "unknown key 'sha256'" in faults_in(HOLIDAY_CLUB + "sha256: x\n")[1]


def test_a_form_without_repeats_or_lists_is_a_form():
    assert a_form(a_page("{id: a, kind: text, label: A}")).index.nodes == (("page", "page"), ("question", "a"))


def test_a_changed_copy_of_a_form_looks_into_itself():
    form = holiday_club()
    assert "pool" in form.index.pages
    assert "pool" not in form.model_copy(update={"pages": form.pages[:-1]}).index.pages
