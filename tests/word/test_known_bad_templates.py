"""Templates that would fail somebody later are refused at once, with the place and what to do."""

from __future__ import annotations

import io
import zipfile

import pytest

from portal.word.apart import check_apart
from portal.word.check import check, errors
from portal.word.package import MAX_MEMBERS
from tests.word.word_files import OFFICE, SPACES, docx, p, table, zipped

REL = '<Relationship Id="rId{0}" Type="{1}" Target="{2}"{3}/>'
EXTERNAL = ' TargetMode="External"'


def field(code: str) -> str:
    return f"<w:p><w:r><w:instrText>{code}</w:instrText></w:r></w:p>"


def code(*runs: str) -> str:
    """A field of several runs; `[`, `|` and `]` begin, answer and end another inside it."""
    marks = {"[": "begin", "|": "separate", "]": "end"}
    inside = "".join(f'<w:r><w:fldChar w:fldCharType="{marks[run]}"/></w:r>' if run in marks else f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in ("[", *runs, "]"))
    return f"<w:p>{inside}</w:p>"


@pytest.mark.parametrize("runs", [(" INCLUDE", 'TEXT "/etc/passwd" '), ("D", "D", "E", " a b"), (" IF ", "[", "INCLUDE", 'PICTURE "a"', "]", " = 1"), ("INCLUDE", "[", 'QUOTE "TEXT"', "|", "]", ' "a"'), ("[", 'QUOTE "LINK"', "]", " a"), ("LI", "NK a", "|")])
def test_a_field_that_fetches_is_found_over_several_runs(runs):
    assert "reaching_field" in {finding.code for finding in errors(check(docx(p("Body") + code(*runs)), {}))}


@pytest.mark.parametrize("runs", [(" PA", "GE ", "|"), (" IF ", "[", " PAGE ", "|", "]", ' = 1 "LINK" ', "|"), ("= ", "[", "NUMPAGES", "]", " - 1")])
def test_a_field_that_only_counts_is_let_be(runs):
    assert errors(check(docx(p("Body") + code(*runs)), {})) == []


def bomb() -> bytes:
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": b"<w>" + b" " * 30_000_000 + b"</w>"}
    return zipped(parts)


def doubled() -> bytes:
    made = io.BytesIO(docx(p("Body")))
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("docProps/core.xml", "<again/>")
    return made.getvalue()


def lying() -> bytes:
    """A member that says it is short and is long."""
    file = bytearray(docx(p("Body")))
    at = file.rindex(b"word/styles.xml") - 46 + 24
    file[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(file)


BAD: dict[str, tuple[bytes, str, str]] = {
    "single brace": (docx(p("Dear {name},")), "single_brace", "body, paragraph 1, near “Dear {name},”"),
    "unclosed tag": (docx(p("Dear {{ name,")), "open_tag", "body, paragraph 1"),
    "tag over two paragraphs": (docx(p("Dear {{ na") + p("me }},")), "open_tag", "body, paragraph 2"),
    "text beside a paragraph tag": (docx(p("{%p if a %}lost text") + p("x") + p("{%p endif %}")), "text_beside_tag", "body, paragraph 1"),
    "two paragraph tags in one paragraph": (docx(p("{%p if a %}{%p endif %}")), "text_beside_tag", "body, paragraph 1"),
    "text beside a row tag": (docx(p("") + table(["A"], ["{%tr for a in b %}", "lost text"], ["x"], ["{%tr endfor %}"])), "text_beside_tag", "body, table 1, row 2, cell 1, paragraph 1"),
    "row tag outside a table": (docx(p("{%tr for a in b %}") + p("{%tr endfor %}")), "not_in_table", "body, paragraph 1"),
    "loop never closed": (docx(p("{% for a in b %}") + p("x")), "unclosed", "body, paragraph 1"),
    "end without beginning": (docx(p("x") + p("{% endif %}")), "unmatched", "body, paragraph 2"),
    "ends crossed": (docx(p("{% for a in b %}{% if a %}{% endfor %}{% endif %}")), "unmatched", "body, paragraph 1"),
    "block over a cell's edge": (docx(p("{% if a %}x") + table(["{% endif %}"])), "unbalanced", "body, paragraph 1"),
    "no expression": (docx(p("x") + p("Dear {{ }}")), "syntax", "body, paragraph 2"),
    "half an expression": (docx(p("x") + p("Dear {{ name. }}")), "syntax", "body, paragraph 2"),
    "unknown field": (docx(p("Dear {{ nmae }}")), "unknown_field", "did you mean “name”?"),
    "unknown field in a header": (docx(p("x"), header=p("Of {{ nmae }}")), "unknown_field", "header (word/header1.xml), paragraph 1"),
    "unknown field in the title": (docx(p("x"), title="Of {{ nmae }}"), "unknown_field", "document properties, title"),
    "unknown field in a list": (docx(p("{% for one in people %}{{ one.nmae }}{% endfor %}")), "unknown_field", "“.nmae” here; did you mean “name”?"),
    "a list printed whole": (docx(p("{{ people }}")), "not_text", "go through it with {% for %}"),
    "a text looped over": (docx(p("{% for one in name %}x{% endfor %}")), "not_list", "body, paragraph 1"),
    "formatted text of a list": (docx(p("{{r people }}")), "not_text", "go through it with {% for %}"),
    "subdocument": (docx(p("{{p name }}")), "unsupported_tag", "another document"),
    "dash": (docx(p("{%- if name %}x{% endif %}")), "dash", "without the dash"),
    "tag in a field code": (docx(field(' HYPERLINK "{{ name }}" ')), "tag_in_property", "body, paragraph 1"),
    "mail merge": (docx(field(" MERGEFIELD Name ")), "mail_merge", "{{ name }}"),
    "field that fetches": (docx(field(' INCLUDETEXT "c:/x" ')), "reaching_field", "body, paragraph 1"),
    "old data link": (docx(field(' DDEAUTO c:/x "y" ')), "reaching_field", "outside"),
    "tag in a property of Word": (docx('<w:p><w:pPr><w:pStyle w:val="{{ name }}"/></w:pPr></w:p>'), "tag_in_property", "pStyle"),
    "condition in a picture's description": (
        docx('<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{% if a %}x{% endif %}"/></wp:inline></w:drawing></w:r></w:p>'),
        "control_in_property", "only {{ fields }}",
    ),
    "tag in a comment": (docx(p("x"), more={"word/comments.xml": f"<w:comments {SPACES}><w:comment w:id='1'>{p('{{ name }}')}</w:comment></w:comments>"}), "unfilled_part", "word/comments.xml"),
    "tag in an unfilled property": (docx(p("x"), more={"docProps/app.xml": "<Properties><Company>{{ name }}</Company></Properties>"}), "unfilled_part", "docProps/app.xml"),
    "tag in a link's address": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/hyperlink", "https://example.org/{{ name }}", EXTERNAL)), "tag_in_link", "word/_rels/document.xml.rels"),
    "tag Word fills itself": (
        docx(f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/x"/></w:sdtPr><w:sdtContent>{p("{{ name }}")}</w:sdtContent></w:sdt>'), "bound_control", "remove the control",
    ),
    "macros": (docx(p("x"), more={"word/vbaProject.bin": b"x"}), "active_content", "word/vbaProject.bin"),
    "macro-enabled type": (docx(p("x"), types='<Override PartName="/word/x.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "active_content", "plain .docx"),
    "embedded object": (docx(p("x"), more={"word/embeddings/oleObject1.bin": b"x"}), "active_content", "oleObject1.bin"),
    "embedded object by relationship": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/oleObject", "x.xml", "")), "active_content", "an embedded object"),
    "another document inside": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/aFChunk", "x.html", "")), "active_content", "another document"),
    "attached template": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/attachedTemplate", "https://example.org/x.dotm", EXTERNAL)), "external", "attachedTemplate"),
    "picture from elsewhere": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/image", "https://example.org/x.png", EXTERNAL)), "external", "put it into the file"),
    "link to a file": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/hyperlink", "file:///etc/passwd", EXTERNAL)), "external", "http, https, mailto or tel"),
    "part outside the file": (docx(p("x"), rels=REL.format(50, f"{OFFICE}/customXml", "../../../etc/passwd", "")), "bad_name", "out of the document"),
    "member outside the file": (docx(p("x"), more={"../../etc/cron.d/x": "x"}), "bad_name", "out of the document"),
    "absolute member": (docx(p("x"), more={"/etc/x": "x"}), "bad_name", "out of the document"),
    "member with a backslash": (docx(p("x"), more={"word\\..\\x": "x"}), "bad_name", "out of the document"),
    "document type": (docx("", more={"word/document.xml": f'<!DOCTYPE w [<!ENTITY a "b">]><w:document {SPACES}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'}), "dtd", "document type"),
    "external entity": (docx("", more={"word/document.xml": f'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {SPACES}><w:body>{p("x")}</w:body></w:document>'}), "dtd", "document type"),
    "document type in another coding": (docx("", more={"word/document.xml": f'<!DOCTYPE w [<!ENTITY a "b">]><w:document {SPACES}><w:body/></w:document>'.encode("utf-16")}), "dtd", "document type"),
    "broken XML": (docx("", more={"word/document.xml": f"<w:document {SPACES}><w:body>"}), "broken_xml", "word/document.xml"),
    "bomb": (bomb(), "zip_bomb", "word/document.xml"),
    "too many members": (docx(p("x"), more={f"word/m{n}.txt": "x" for n in range(MAX_MEMBERS)}), "zip_bomb", "members"),
    "same member twice": (doubled(), "duplicate_member", "docProps/core.xml"),
    "a member that lies about its size": (lying(), "not_docx", "not a whole"),
    "not a ZIP": (b"Dear {{ name }}", "not_docx", "save it again in Word"),
    "old Word file": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "not_docx", "old .doc"),
    "a ZIP without a document": (zipped({"[Content_Types].xml": "<Types/>"}), "not_docx", "word/document.xml"),
    "strict Open XML": (docx("", more={"word/document.xml": '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body/></w:document>'}), "dialect", "Strict"),
    "the program's own mark": (docx(p("x \ufdd01\ufdd1")), "odd_character", "body, paragraph 1"),
}  # fmt: skip
SHAPE = {"name": "text", "a": "text", "b": ["text"], "people": [{"name": "text"}]}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_template_is_refused_with_its_place(name):
    file, code, words = BAD[name]
    found = errors(check(file, SHAPE))
    assert code in {finding.code for finding in found}, found
    assert any(words in str(finding) for finding in found if finding.code == code), [str(finding) for finding in found]


def test_a_good_template_is_not_refused():
    assert errors(check(docx(p("Dear {{ name }}"), header=p("{{ a }}"), title="{{ a }}"), SHAPE)) == []


def test_every_fault_is_told_at_once():
    found = errors(check(docx(p("{one}") + p("{%p if a %}lost") + p("{%p endif %}") + p("{two}"), header=p("{three}")), SHAPE))
    assert [finding.code for finding in found] == ["single_brace", "single_brace", "text_beside_tag", "single_brace"]


ONE_OF_EACH = docx(
    p("Dear {name},")
    + p("{%p if a %}lost")
    + p("{%p endif %}")
    + p("{{ nmae }} and {{ name. }}")
    + p("{{ name|nl2br }}")
    + p("{{ name.upper() }}")
    + p("{% for one in people %}{{ one.nmae }}{{ on.name }}")
    + table(["{{ people }}", "{{ ''.__class__ }}"]),
    header=p("{{ b.x }} {% if c %}"),
    footer=p("{{ a }} {{ }} {{ nmae }}"),
    title="{{ tilte }}",
    rels=REL.format(50, f"{OFFICE}/image", "https://example.org/x.png", EXTERNAL),
)  # fmt: skip
TOLD = [
    ("external", "word/_rels/document.xml.rels"),
    ("single_brace", "body, paragraph 1"),
    ("text_beside_tag", "body, paragraph 2"),
    ("unknown_field", "there is no field “nmae”; did you mean “name”?"),
    ("syntax", "body, paragraph 4"),
    ("not_allowed", "the filter “nl2br”"),
    ("not_allowed", "calls a function"),
    ("unclosed", "body, paragraph 7"),
    ("unknown_field", "there is no field “.nmae” here; did you mean “name”?"),
    ("unknown_field", "there is no field “on”; did you mean “one”?"),
    ("not_text", "body, table 1, row 1, cell 1"),
    ("not_allowed", "body, table 1, row 1, cell 2"),
    ("unknown_field", "header (word/header1.xml), paragraph 1"),
    ("unclosed", "header (word/header1.xml), paragraph 1"),
    ("syntax", "footer (word/footer1.xml), paragraph 1"),
    ("unknown_field", "footer (word/footer1.xml), paragraph 1"),
    ("unknown_field", "document properties, title"),
]


@pytest.mark.parametrize(("code", "words"), TOLD)
def test_whatever_else_is_wrong_each_fault_is_told_with_its_place(code, words):
    found = [finding for finding in check(ONE_OF_EACH, SHAPE) if finding.code == code]
    assert any(words in str(finding) for finding in found), [str(finding) for finding in found]


def test_a_faulty_template_is_told_no_fault_twice_and_nothing_of_what_is_right():
    found = errors(check(ONE_OF_EACH, SHAPE))
    assert len(found) == len(set(found)) == len(TOLD) + 1
    assert [str(finding) for finding in found if finding.code == "unknown_field" and "“c”" in finding.message] == ["header (word/header1.xml), paragraph 1, near “{{ b.x }} {% if c %}”: there is no field “c”"]


def test_warnings_are_told_beside_faults():
    picture = '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="Logo"/></wp:inline></w:drawing></w:r></w:p>'
    assert {"single_brace", "alt_text", "unused_field"} <= {finding.code for finding in check(docx(p("{one}") + picture), SHAPE)}


def test_comments_and_tracked_changes_are_warned_of():
    body = f'<w:ins w:id="1">{p("x")}</w:ins>'
    file = docx(body, more={"word/comments.xml": f"<w:comments {SPACES}><w:comment w:id='1'>{p('Ask Sam')}</w:comment></w:comments>"})
    assert {"comments", "tracked_changes"} <= {finding.code for finding in check(file) if finding.level == "warning"}


@pytest.mark.parametrize("name", ["bomb", "external entity", "single brace", "broken XML", "not a ZIP"])
def test_the_checker_apart_says_the_same(name):
    file, code, _ = BAD[name]
    assert code in {finding.code for finding in check_apart(file, SHAPE)}


