"""Faults put into the proof's way: a forbidden answer planted in every place of a Word file and in every way of writing it, and each is refused."""

from __future__ import annotations

import dataclasses
import io
import zipfile

import pytest

from portal.councils import sensitivity
from portal.councils.document_model import Binding
from portal.documents import merge_data, proof
from portal.documents.merge_data import Sources, gather
from portal.documents.proof import HANGS_ON_IT, prove
from portal.forms import held_back
from portal.forms.condition_tree import Compare
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import material, pack_of
from tests.word.word_files import SPACES, docx, p, table, zipped

PACK = pack_of("hackney")
REQUEST = Sources(PACK, material(PACK, "request", "request_for_support"), known={})
NOTHING = PACK.documents["request_record"].model_copy(update={"audience": "referrer", "reads": (), "fields": {}})
"""A copy that may hold no answer at all."""

LETTER = {"body": p("Dear reader. Yes, we agreed on 14 June 2026 to write.") + table(["Reference", "EH-1"]), "header": p("Early Help"), "footer": p("Page 1")}
GOOD = docx(LETTER["body"], header=LETTER["header"], footer=LETTER["footer"])
SECRET = "Ngozi Balogun, school nursing team"
RUN = "<w:r>{}<w:t>{}</w:t></w:r>"


def body(xml: str) -> bytes:
    return docx(LETTER["body"] + xml, header=LETTER["header"], footer=LETTER["footer"])


def member(name: str, content: str | bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return zipped({one: archive.read(one) for one in archive.namelist()} | {name: content})


def run(inside: str) -> bytes:
    return body(f"<w:p><w:r>{inside}</w:r></w:p>")


def box(text: str) -> str:
    return f"<w:pict><w:txbxContent>{p(text)}</w:txbxContent></w:pict>"


DRAWING = '<w:drawing><wp:inline><wp:docPr id="7" name="{}" descr="{}" title="{}"/></wp:inline></w:drawing>'
PLACES = {
    "a paragraph": lambda text: body(p(f"As {text} said.")),
    "a cell": lambda text: body(table(["Seen by", text])),
    "a cell inside a cell": lambda text: body(table(["x", table([text]) + p("")])),
    "the header": lambda text: docx(LETTER["body"], header=p(text), footer=LETTER["footer"]),
    "the header of the first page": lambda text: member("word/header2.xml", f"<w:hdr {SPACES}>{p(text)}</w:hdr>"),
    "the footer": lambda text: docx(LETTER["body"], header=LETTER["header"], footer=p(text)),
    "a footnote": lambda text: member("word/footnotes.xml", f'<w:footnotes {SPACES}><w:footnote w:id="2">{p(text)}</w:footnote></w:footnotes>'),
    "an endnote": lambda text: member("word/endnotes.xml", f'<w:endnotes {SPACES}><w:endnote w:id="2">{p(text)}</w:endnote></w:endnotes>'),
    "a comment": lambda text: member("word/comments.xml", f'<w:comments {SPACES}><w:comment w:id="0" w:author="A">{p(text)}</w:comment></w:comments>'),
    "the author of a comment": lambda text: member("word/comments.xml", f'<w:comments {SPACES}><w:comment w:id="0" w:author="{text}">{p("x")}</w:comment></w:comments>'),
    "a text box": lambda text: run(f'<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="wps">{box(text)}</mc:Choice><mc:Fallback>{box("x")}</mc:Fallback></mc:AlternateContent>'),
    "the older copy of a text box": lambda text: run(f'<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="wps">{box("x")}</mc:Choice><mc:Fallback>{box(text)}</mc:Fallback></mc:AlternateContent>'),
    "the title of the file": lambda text: docx(LETTER["body"], header=LETTER["header"], footer=LETTER["footer"], title=text),
    "a property of the program": lambda text: member("docProps/app.xml", f"<Properties><Company>{text}</Company></Properties>"),
    "a property of one's own": lambda text: member("docProps/custom.xml", f'<Properties><property name="n"><lpwstr>{text}</lpwstr></property></Properties>'),
    "the name of a property": lambda text: member("docProps/custom.xml", f'<Properties><property name="{text}"/></Properties>'),
    "an alternative text": lambda text: run(DRAWING.format("map", text, "")),
    "the title of a picture": lambda text: run(DRAWING.format("map", "", text)),
    "hidden text": lambda text: run(f"<w:rPr><w:vanish/></w:rPr><w:t>{text}</w:t>"),
    "white text": lambda text: run(f'<w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{text}</w:t>'),
    "a field": lambda text: run(f'<w:instrText> QUOTE "{text}" </w:instrText>'),
    "a simple field": lambda text: body(f'<w:p><w:fldSimple w:instr=" QUOTE {text} "/></w:p>'),
    "the target of a link": lambda text: member("word/_rels/header1.xml.rels", f'<R><R Target="https://maps.example/?q={text.replace(" ", "%20")}"/></R>'),
    "the tip of a link": lambda text: body(f'<w:p><w:hyperlink w:anchor="x" w:tooltip="{text}"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>'),
    "the name of a bookmark": lambda text: body(f'<w:p><w:bookmarkStart w:id="1" w:name="{text.replace(" ", "_").replace(",", "")}"/><w:bookmarkEnd w:id="1"/></w:p>'),
    "a variable of the document": lambda text: member("word/settings.xml", f'<w:settings {SPACES}><w:docVars><w:docVar w:name="v" w:val="{text}"/></w:docVars></w:settings>'),
    "deleted text": lambda text: body(f'<w:p><w:del w:id="3" w:author="A"><w:r><w:delText>{text}</w:delText></w:r></w:del></w:p>'),
    "text moved away": lambda text: body(f'<w:p><w:moveFrom w:id="3"><w:r><w:t>{text}</w:t></w:r></w:moveFrom></w:p>'),
    "a form control": lambda text: body(f'<w:sdt><w:sdtPr><w:alias w:val="{text}"/><w:tag w:val="t"/></w:sdtPr><w:sdtContent>{p("x")}</w:sdtContent></w:sdt>'),
    "data beside the text": lambda text: member("customXml/item1.xml", f"<data><nurse>{text}</nurse></data>"),
    "another text put in": lambda text: member("word/afchunk1.html", f"<html><body>{text}</body></html>"),
    "a text in two bytes a letter": lambda text: member("word/afchunk1.txt", text.encode("utf-16")),
    "a file put in": lambda text: member("word/embeddings/other.docx", docx(p(text))),
    "the name of a file put in": lambda text: member(f"word/media/{text}.png", b"\x89PNG"),
    "the note of a picture": lambda text: member("word/media/image9.png", b"\x89PNG\0\0tEXtComment\0" + text.encode() + b"\0\1\2"),
    "a remark in the XML": lambda text: member("docProps/app.xml", f"<Properties><!-- {text} --></Properties>"),
    "another kind of part": lambda text: member("word/charts/chart1.xml", f"<c><t>{text}</t></c>"),
}


def proved(document: bytes):
    return prove(NOTHING, REQUEST, document, lambda data: GOOD).leaks


def test_the_letter_itself_is_proved():
    assert proved(GOOD) == ()


@pytest.mark.parametrize("place", PLACES)
def test_a_forbidden_answer_is_found_in(place):
    found = proved(PLACES[place](SECRET))
    assert SECRET in {leak.withheld.text for leak in found}
    assert proved(PLACES[place]("nothing at all")) == (), "the same place with other words is no leak"


WAYS = {
    "cut into runs": "<w:p>" + "".join(RUN.format("", one) for one in ("Ngo", "zi Bal", "o", "gun")) + "</w:p>",
    "with a mark of spelling between": "<w:p>" + RUN.format("", "Ngozi Bal") + '<w:proofErr w:type="spellStart"/>' + RUN.format("<w:rPr><w:b/></w:rPr>", "ogun") + "</w:p>",
    "over a line end": "<w:p><w:r><w:t>Ngozi</w:t><w:br/><w:t>Balogun</w:t></w:r></w:p>",
    "over a tab": "<w:p><w:r><w:t>Ngozi</w:t><w:tab/><w:t>Balogun</w:t></w:r></w:p>",
    "over two paragraphs": p("Ngozi") + p("Balogun"),
    "in capitals": p("NGOZI BALOGUN"),
    "with a blank that does not break": p("Ngozi\u00a0Balogun"),
    "with soft hyphens": p("Ngo\u00adzi Balo\u00adgun"),
    "with letters of no width between": p("N\u200bg\u200co\u2060zi\ufeff Balogun"),
    "in wide letters": p("Ｎｇｏｚｉ Balogun"),
    "as numbers of letters": "<w:p><w:r><w:t>&#78;gozi &#x42;alogun</w:t></w:r></w:p>",
    "with accents": p("Ngózi Balögun"),
    "with accents of their own": p("Ngo\u0301zi Balo\u0308gun"),
    "with a genitive": p("Ngozi Balogun’s visit"),
    "with a hyphen": p("Ngozi-Balogun"),
    "last name first": p("Demir, Yusuf"),
    "with an initial": p("Y. Demir, pastoral lead"),
    "as in an e-mail address": p("yusuf.demir@example.org"),
    "a child's name": p("OKAFOR-REID Amara"),
    "a number in one": p("9990123403"),
    "a number in threes": p("NHS 999 012 3403"),
    "a telephone number in one": p("ring 07700900321 today"),
    "a telephone number from abroad": p("+44 7700 900321"),
    "a telephone number with its nought": p("+44 (0)7700-900321"),
    "a date in words": p("born on 23 November 2017"),
    "a date in short": p("born 23 Nov 17"),
    "a date as an ordinal": p("the 23rd November, 2017"),
    "a date the American way": p("November 23, 2017"),
    "a date in figures": p("dob 23/11/2017"),
    "a date in figures with dots": p("23.11.2017"),
    "a date as machines write it": p("2017-11-23"),
    "a date without its day": p("since October 2024"),
    "a date without its day in figures": p("since 10/2024"),
    "an option": p("He has SEN support"),
    "one of several options": p("caring for\tsomeone at home"),
    "a sentence of a long answer": p("Ms Okafor moved in 2024 after he hurt her"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_forbidden_answer_is_found(way):
    assert proved(body(WAYS[way])) != ()


def test_what_is_said_for_another_reason_may_be_said_as_often_and_not_once_more():
    """“Yes” and the day of the letter are words of the letter itself."""
    held = dataclasses.replace(REQUEST, own=dataclasses.replace(REQUEST.own, answers=REQUEST.own.answers | {"talked_on": "2026-06-14"}))
    prove_it = lambda document: prove(NOTHING, held, document, lambda data: GOOD).leaks  # noqa: E731
    assert prove_it(GOOD) == ()
    assert prove_it(member("docProps/app.xml", "<Properties/>")) == (), "another file, in which it stands as often"
    assert {leak.withheld.text for leak in prove_it(body(p("They talked on 14 June 2026")))} == {"14 June 2026"}
    assert {leak.part for leak in prove_it(docx(LETTER["body"], header=p("14/06/2026"), footer=LETTER["footer"]))} == {"word/header1.xml"}


# --- what no search finds: a short answer, and words that stand there because of one

TEMPLATE = compile_template(docx(p("Orders: {{ orders }}") + p("{% if more %}Ask us about the court.{% endif %}")))
ORDERS = Binding(repeat="adults", fields={"orders": Binding(question="contact_orders", empty="")})


def copy(**fields: Binding):
    return NOTHING.model_copy(update={"reads": ("personal",), "fields": fields})


def made_and_proved(rule, template):
    sources = dataclasses.replace(REQUEST, known={})
    made = render(template, gather(rule, sources))
    return prove(rule, sources, made, lambda data: render(template, data)).leaks


LISTED = compile_template(docx(p("{% for one in adults %}{{ one.orders }} {% endfor %}")))


def test_a_yes_that_is_printed_after_all_is_found(monkeypatch):
    assert made_and_proved(copy(adults=ORDERS), LISTED) == ()
    monkeypatch.setattr(held_back, "is_held", lambda question: False)
    (leak,) = made_and_proved(copy(adults=ORDERS), LISTED)
    orders = REQUEST.own.definition.index.questions["contact_orders"]
    assert (leak.part, leak.withheld.whose, leak.withheld.text) == (HANGS_ON_IT, orders.words, "")
    assert not leak.is_told, "the answer itself is told to nobody"


def test_words_of_the_template_that_stand_there_because_of_an_answer_are_found():
    template = compile_template(docx(p("{% if told %}Ask us about the court.{% endif %}")))
    rule = copy(told=Binding(wording="emergency", when=Compare("risk_kinds", "has", "visitor"), paper="request"))
    (leak,) = made_and_proved(rule, template)
    assert (leak.part, leak.withheld.kept_as) == (HANGS_ON_IT, "harm")
    allowed = copy(told=Binding(wording="emergency", when=Compare("talked_on", "answered", True), paper="request"))
    assert made_and_proved(allowed, template) == ()


def test_a_fact_of_the_record_that_prints_a_name_is_left_out_where_the_name_is(monkeypatch):
    rule = copy(children=Binding(fact="record.children_names", empty="As listed"), team=Binding(fact="record.team_name", empty=""))
    sources = dataclasses.replace(REQUEST, known={"record.children_names": "Amara Okafor-Reid", "record.team_name": "Units"})
    assert gather(rule, sources) == {"children": "Amara Okafor-Reid", "team": "Units"}
    kept = sensitivity.facts(PACK) | {"person.first_name": "contact_safety"}
    monkeypatch.setattr(sensitivity, "facts", lambda council: kept)
    merge_data.printed_facts._left_out.cache_clear()
    assert gather(rule, sources) == {"children": "", "team": "Units"}, "nothing stands in its place"
    assert "Amara Okafor-Reid" in {one.text for one in proof.withheld(rule, sources)}
    merge_data.printed_facts._left_out.cache_clear()


def test_who_sent_a_request_is_an_answer_and_who_finished_minutes_is_not(monkeypatch):
    kept = sensitivity.facts(PACK) | {"submission.referrer_name": "professional_only"}
    monkeypatch.setattr(sensitivity, "facts", lambda council: kept)
    merge_data.printed_facts._left_out.cache_clear()
    known = {"submission.sent_by": "Ada Example"}
    request = copy(by=Binding(fact="submission.sent_by"))
    minutes = PACK.documents["taf_minutes"].for_copy("family").model_copy(update={"fields": request.fields})
    assert gather(request, dataclasses.replace(REQUEST, known=known)) == {"by": ""}
    assert gather(minutes, Sources(PACK, material(PACK, "meeting", "taf_meeting"), known=known)) == {"by": "Ada Example"}
    merge_data.printed_facts._left_out.cache_clear()
