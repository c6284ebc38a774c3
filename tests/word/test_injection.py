"""A template written to break out is refused with a reason, or ends by the engine's own limits."""

from __future__ import annotations

import os
import sys

import pytest

from portal.word.apart import SECONDS, check_apart
from portal.word.budget import MAX_TURNS
from portal.word.check import check, errors
from portal.word.findings import RenderingFailed
from portal.word.render import render
from portal.word.template import compile_template
from tests.word.injections import ENDLESS, OUT, PAYLOADS
from tests.word.word_files import all_text, docx, p

SHAPE = {"name": "text", "items": ["text"]}
LOOKING = {"on": False, "saw": []}
REACHING = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "shutil.", "ctypes.", "urllib.")


def _look(event: str, details: tuple) -> None:
    if LOOKING["on"] and event.startswith(REACHING) and not (event == "open" and str(details[0]).endswith((".py", ".pyc"))):
        LOOKING["saw"].append((event, str(details)[:100]))


sys.addaudithook(_look)


@pytest.fixture
def reached():
    """What Python reached for outside itself while the test ran."""
    LOOKING.update(on=True, saw=[])
    yield LOOKING["saw"]
    LOOKING["on"] = False


def test_there_are_at_least_60_payloads():
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_injection_is_refused_in_the_body(payload, reached):
    check(docx(p("{{ name }}")), SHAPE)
    reached.clear()
    found = errors(check(docx(p(payload)), SHAPE))
    assert found, f"{payload} was let through"
    assert all(finding.message for finding in found)
    assert reached == []
    assert not os.path.exists(OUT)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_injection_is_refused_in_header_and_title_alike(payload):
    assert errors(check(docx(p("Body"), header=p(payload)), SHAPE))
    assert errors(check(docx(p("Body"), title=payload), SHAPE))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_typed_as_an_answer_is_printed_and_not_obeyed(payload):
    made = render(compile_template(docx(p("Said: {{ name }}"))), {"name": payload})
    assert all_text(made)["body"] == [f"Normal: Said: {payload}"] or all_text(made)["body"][0].endswith(f"Said: {payload}")


@pytest.mark.parametrize("payload", ENDLESS)
def test_a_template_without_end_is_ended_by_the_engine(payload):
    data = {"name": "Ada " * 100, "long": ["x"] * 1000, "huge": "x" * 1_000_000}
    with pytest.raises(RenderingFailed) as refused:
        render(compile_template(docx(p(payload))), data)
    assert "more than" in refused.value.message


def test_the_loops_of_one_document_share_their_turns():
    template = compile_template(docx(p("{% for a in long %}{% for b in long %}{{ b }}{% endfor %}{% endfor %}")))
    with pytest.raises(RenderingFailed) as refused:
        render(template, {"long": ["x"] * 400})
    assert refused.value.message.endswith(f"loops take more than {MAX_TURNS:,} turns")


def test_a_check_apart_gives_the_same_findings_as_one_in_this_process():
    template = docx(p("{{ nmae }}"))
    assert [finding.message for finding in check_apart(template, SHAPE)] == [finding.message for finding in check(template, SHAPE)]


@pytest.mark.parametrize("payload", ["{{ " + "(" * 240 + "1" + ")" * 240 + " }}", "{% if name %}" * 900 + "{% endif %}" * 900, "{{ " + "-" * 480 + "1 }}"])
def test_what_would_exhaust_the_checker_is_a_finding_too(payload):
    assert errors(check_apart(docx(p(payload)), SHAPE))


def test_a_check_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("portal.word.apart.SECONDS", 0.0001)
    found = check_apart(docx(p("{{ name }}") * 300), SHAPE)
    assert [finding.code for finding in found] == ["too_costly"]
    assert f"{SECONDS} seconds" in found[0].message
