"""Two texts word by word: what is the same, what is gone, what is new; and never more than a moment's work."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.forms import word_diff
from portal.forms.word_diff import merged, pieces

TEXTS = st.lists(st.sampled_from(["a", "bee", "sea.", "deer!", "\n", "  ", "ß", "\u202e"]), max_size=30).map(" ".join)


def told(before, after):
    return [(piece.kind, piece.text) for piece in pieces(before, after)]


def test_a_word_that_was_changed_is_the_only_thing_marked():
    assert told("The cat sat on the mat.", "The dog sat on the mat.") == [("same", "The"), ("out", " cat"), ("in", " dog"), ("same", " sat on the mat.")]


def test_words_put_in_and_taken_out_are_marked_where_they_stand():
    assert told("One two three", "One two and a half three four") == [("same", "One two"), ("in", " and a half"), ("same", " three"), ("in", " four")]
    assert told("", "New") == [("in", "New")] and told("Gone", "") == [("out", "Gone")] and told("Same", "Same") == [("same", "Same")]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_pieces(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "in") == before
    assert "".join(piece.text for piece in found if piece.kind != "out") == after
    assert all(piece.text for piece in found)
    assert all(one.kind != other.kind for one, other in zip(found, found[1:], strict=False))


def sentences(count, first=0):
    return " ".join(f"Sentence number {number} says what happened to them on day {number % 28} of the month." for number in range(first, first + count))


def test_a_few_words_changed_in_a_hundred_kilobytes_are_found():
    before = sentences(1450)
    assert len(before) > 100_000
    after = before.replace("number 7 says", "number seven says").replace("number 1300 says", "number 1300 now says")
    changed = [piece for piece in pieces(before, after) if piece.kind != "same"]
    assert [(piece.kind, piece.text) for piece in changed] == [("out", " 7"), ("in", " seven"), ("in", " now")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 50_000, "a b " * 25_000),
        ("a\n" * 50_000, "b\na\n" * 25_000),
        ("x" * 100_000, "y" * 100_000),
        (sentences(1450), sentences(1450, first=3000)),
        (" ".join(str(number % 40) for number in range(40_000)), " ".join(str(number % 37) for number in range(40_000))),
        (sentences(1450), "\n".join(reversed(sentences(1450).split(". ")))),
    ],
    ids=["words over and over", "lines over and over", "one long word", "other sentences", "few different words", "turned round"],
)
def test_the_work_stays_bounded_however_the_texts_are_made(monkeypatch, before, after):
    work = []

    class Counting(SequenceMatcher):
        def find_longest_match(self, *bounds):
            alo, ahi, blo, bhi = bounds
            work.append((ahi - alo) + sum(len(self.b2j.get(word, ())) for word in self.a[alo:ahi]))
            return super().find_longest_match(*bounds)

    monkeypatch.setattr(word_diff, "SequenceMatcher", Counting)
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "in") == before
    assert sum(work) < 3_000_000, f"{sum(work)} steps"


def test_one_text_of_both_has_shared_sentences_once_and_both_where_they_differ():
    theirs, mine = "We met on Monday. The school will call.", "We met on Monday. The family will come on Tuesday."
    assert merged(theirs, mine) == "We met on Monday. The school will call. The family will come on Tuesday."
    assert merged("Entirely other", "Nothing the same", gap="\n\n") == "Entirely other\n\nNothing the same"
    assert merged("Same", "Same") == "Same"


@given(TEXTS, TEXTS)
def test_one_text_of_both_leaves_no_word_out(theirs, mine):
    words = merged(theirs, mine).split()
    assert set(theirs.split()) | set(mine.split()) == set(words)
