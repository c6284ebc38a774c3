"""The letterhead that documents without a template are written on: header, footer, page, and every style that they use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from word_file import WordFile
from word_styles import Look

PLAIN = Look(colour="1A1A1A", tint="F0F1F2", rule="B1B4B6", left=2.0, right=2.0)
COUNCIL = Look(left=2.0, right=2.0)


@dataclass
class Letterhead(WordFile):
    """A Word file with nothing on its pages; `has_logo` is false for the one that any council may use."""

    has_logo: bool = True

    def _letterhead(self) -> str:
        return super()._letterhead() if self.has_logo else super()._letterhead().replace(_picture(super()._letterhead()), "")

    def extra_styles(self) -> str:
        """The styles of questions on paper, in large type."""
        large = '<w:sz w:val="28"/><w:szCs w:val="28"/>'
        hang = '<w:ind w:left="680" w:hanging="680"/>'
        indent = '<w:ind w:left="680"/>'
        line = '<w:spacing w:before="200" w:after="60" w:line="240" w:lineRule="auto"/>'
        rule_to = self.width
        leader = f'<w:tabs><w:tab w:val="right" w:leader="underscore" w:pos="{rule_to}"/></w:tabs>'
        return "".join(
            _style(name, title, paragraph, run)
            for name, title, paragraph, run in (
                ("PaperText", "Paper Text", "", large),
                ("PaperLabel", "Paper Label", '<w:keepNext/><w:spacing w:before="160" w:after="40"/>', f"<w:b/>{large}"),
                ("PaperCallout", "Paper Callout", self._callout(), large),
                ("PaperBullet", "Paper Bullet", '<w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:after="60"/>', large),
                ("PaperQuestion", "Paper Question", f'<w:keepNext/><w:keepLines/><w:tabs><w:tab w:val="left" w:pos="680"/></w:tabs><w:spacing w:before="320" w:after="40"/>{hang}', f"<w:b/>{large}"),
                ("PaperHint", "Paper Hint", f'<w:keepLines/><w:spacing w:after="60"/>{indent}', f'<w:color w:val="{self.look.grey}"/><w:sz w:val="26"/><w:szCs w:val="26"/>'),
                ("PaperNote", "Paper Note", f'<w:keepNext/><w:keepLines/><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{self.look.colour}"/></w:pBdr><w:spacing w:before="200" w:after="60"/><w:ind w:left="227"/>', '<w:sz w:val="26"/><w:szCs w:val="26"/>'),
                ("PaperTick", "Paper Tick", '<w:keepLines/><w:tabs><w:tab w:val="left" w:pos="1247"/></w:tabs><w:spacing w:before="60" w:after="60"/><w:ind w:left="1247" w:hanging="567"/>', large),
                ("PaperGroup", "Paper Group", f'<w:keepNext/><w:spacing w:before="120" w:after="30"/>{indent}', f"<w:b/>{large}"),
                ("PaperLine", "Paper Line", f"<w:keepLines/>{leader}{line}{indent}", large),
                ("PaperFigures", "Paper Figures", '<w:keepNext/><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/><w:jc w:val="right"/>', '<w:sz w:val="26"/><w:szCs w:val="26"/>'),
            )
        )

    def _callout(self) -> str:
        """The paragraph of the style Callout, for larger type."""
        found = re.search(r'w:styleId="Callout".*?<w:pPr>(.*?)</w:pPr>', super()._styles())
        assert found
        return found[1]

    def _parts(self) -> dict[str, str | bytes]:
        parts = super()._parts()
        for name in () if self.has_logo else ("word/media/logo.png", "word/_rels/header1.xml.rels"):
            del parts[name]
        return parts

    def _styles(self) -> str:
        larger = _resized(_resized(super()._styles(), "Heading1", 18), "Heading2", 16)
        return larger.replace("</w:styles>", f"{self.extra_styles()}</w:styles>")


def _style(name: str, title: str, paragraph: str, run: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _resized(styles: str, style: str, points: int) -> str:
    """The styles with one of another size: headings stand out from questions in large type."""
    begin = styles.index(f'w:styleId="{style}"')
    end = styles.index("</w:style>", begin)
    return styles[:begin] + re.sub(r'(<w:szC?s? w:val=)"[0-9]+"', rf'\g<1>"{points * 2}"', styles[begin:end]) + styles[end:]


def _picture(header: str) -> str:
    return header[header.index("<w:r><w:drawing>") : header.index("</w:drawing></w:r>") + len("</w:drawing></w:r>")]


def council() -> WordFile:
    """With the council's mark."""
    return _made(COUNCIL, has_logo=True)


def plain() -> WordFile:
    """Without any mark, for councils that have not made one of their own."""
    return _made(PLAIN, has_logo=False)


def _made(look: Look, *, has_logo: bool) -> WordFile:
    word = Letterhead("{{ title }}", look, subject="Form", has_logo=has_logo)
    word.letterhead = ("{{ council_name }}", "{{ service_name }}  ·  {{ telephone }}")
    word.running_head = "{{ title }}"
    word.foot = "{{ foot }}"
    word.p("{{ title }}", "Title")
    return word


