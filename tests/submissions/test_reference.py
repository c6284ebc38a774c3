"""References: unambiguous, checked, in no order."""

from portal.submissions.reference import ALPHABET, new_reference, read_reference


def test_a_reference_has_no_letter_that_looks_like_another():
    assert not set(ALPHABET) & set("01OILSZBUAEQY")


def test_people_may_write_it_in_any_case_with_spaces_and_look_alikes():
    reference = new_reference("RFS")
    assert read_reference(f" {reference.lower().replace('-', ' ')} ") == reference
    assert read_reference(reference.replace("5", "S").replace("8", "B").replace("2", "Z")) == reference


def test_every_single_slip_and_every_swap_of_neighbours_is_noticed():
    reference = new_reference("RFS")
    start = len("RFS-")
    for place in range(start, len(reference)):
        if reference[place] == "-":
            continue
        for letter in ALPHABET:
            if letter != reference[place]:
                assert read_reference(reference[:place] + letter + reference[place + 1 :]) is None
    body = reference[start:].replace("-", "")
    for place in range(len(body) - 1):
        swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
        if swapped != body:
            assert read_reference(f"RFS{swapped}") is None


def test_references_do_not_follow_each_other():
    made = [new_reference("RFS") for _ in range(2000)]
    assert len(set(made)) == 2000
    assert made != sorted(made)


def test_words_that_are_no_reference_are_refused():
    for text in ("", "RFS", "RFS-0000-0000", "hello there", "-" * 40):
        assert read_reference(text) is None
