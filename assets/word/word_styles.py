"""The styles of a Word file, its lists and colours, and the look they hang on. What is written in these styles is `word_file`."""

from __future__ import annotations

from dataclasses import dataclass

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CM = 567


@dataclass(frozen=True)
class Look:
    """How a family of documents looks: colours, text size in points, and who sends them."""

    colour: str = "00664F"
    tint: str = "E6F1EE"
    rule: str = "A9C9C1"
    ink: str = "1A1A1A"
    grey: str = "505A5F"
    size: float = 12
    leading: int = 264
    left: float = 2.3
    right: float = 2.3
    label: float = 5.2
    row: int = 50
    """The space above and below the words of a table's row, in twentieths of a point: less in long records than in letters."""


def styles(look: Look) -> str:
    """The styles: the usual names, so that a person finds them in Word's list."""
    half = int(look.size * 2)
    font = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'

    def style(id_: str, name: str, paragraph_properties: str = "", run_properties: str = "", *, based: str = "Normal", following: str = "") -> str:
        following = f'<w:next w:val="{following}"/>' if following else ""
        return (
            f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/><w:basedOn w:val="{based}"/>{following}<w:qFormat/>'
            f"<w:pPr>{paragraph_properties}</w:pPr><w:rPr>{run_properties}</w:rPr></w:style>"
        )

    def text(points: float, colour: str = "", bold: bool = False) -> str:
        return ("<w:b/>" if bold else "") + (f'<w:color w:val="{colour}"/>' if colour else "") + f'<w:sz w:val="{int(points * 2)}"/><w:szCs w:val="{int(points * 2)}"/>'

    heading = '<w:keepNext/><w:keepLines/><w:spacing w:before="{0}" w:after="{1}" w:line="264" w:lineRule="auto"/><w:outlineLvl w:val="{2}"/>'
    bar = f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="10" w:color="{look.colour}"/></w:pBdr>'
    box = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="8" w:color="{look.tint}"/>' for side in ("top", "left", "bottom", "right"))
    hanging = int(look.label * CM)
    leading = 240 if look.row < 20 else 259
    made = [
        f'<w:docDefaults><w:rPrDefault><w:rPr>{font}<w:color w:val="{look.ink}"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
        '<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f'<w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="{look.leading}" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>',
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>',
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>',
        style("Title", "Title", '<w:keepNext/><w:spacing w:before="240" w:after="120" w:line="252" w:lineRule="auto"/>', text(look.size * 1.84, look.colour, True), following="Normal"),
        style("Subtitle", "Subtitle", '<w:spacing w:after="240"/>', text(look.size * 1.12, look.grey), following="Normal"),
        style("Heading1", "heading 1", heading.format(340, 100, 0), text(look.size * 1.34, look.colour, True), following="Normal"),
        style("Heading2", "heading 2", heading.format(220, 60, 1), text(look.size * 1.1, look.ink, True), following="Normal"),
        style("ListBullet", "List Bullet", '<w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:after="80"/>'),
        style("Facts", "Facts", f'<w:keepLines/><w:tabs><w:tab w:val="left" w:pos="{hanging}"/></w:tabs><w:spacing w:after="70"/><w:ind w:left="{hanging}" w:hanging="{hanging}"/>'),
        style("Label", "Label", '<w:keepNext/><w:spacing w:before="140" w:after="30"/>', "<w:b/>", following="Normal"),
        style("Quote", "Quote", f'<w:keepLines/>{bar}<w:spacing w:before="80" w:after="160"/><w:ind w:left="340" w:right="284"/>'),
        style("Callout", "Callout", f'<w:keepLines/><w:pBdr>{box}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{look.tint}"/><w:spacing w:before="160" w:after="200"/><w:ind w:left="170" w:right="170"/>'),
        style("Address", "Address", '<w:spacing w:after="0"/>'),
        style("Note", "Note", "", f'<w:color w:val="{look.grey}"/>'),
        style("Signature", "Signature", '<w:keepNext/><w:keepLines/><w:spacing w:before="0" w:after="0"/>'),
        style("TableText", "Table Text", f'<w:spacing w:before="{look.row}" w:after="{look.row}" w:line="{leading}" w:lineRule="auto"/>'),
        style("TableHead", "Table Head", f'<w:keepNext/><w:spacing w:before="{look.row + 10}" w:after="{look.row + 10}" w:line="{leading}" w:lineRule="auto"/>', "<w:b/>", based="TableText"),
        style("TableGroup", "Table Group", f'<w:keepNext/><w:keepLines/><w:spacing w:before="{look.row + 60}" w:after="{look.row}" w:line="{leading}" w:lineRule="auto"/>', f'<w:color w:val="{look.colour}"/>', based="Heading2"),
        style("TableLabel", "Table Label", f'<w:keepNext/><w:keepLines/><w:spacing w:before="{look.row + 24}" w:after="0" w:line="{leading}" w:lineRule="auto"/>', "<w:b/>", based="TableText"),
        style("AfterAnswers", "After Answers", '<w:spacing w:before="0" w:after="120"/>', f'<w:color w:val="{look.grey}"/>'),
        style("AfterTable", "After Table", f'<w:spacing w:before="0" w:after="60" w:line="{look.row * 3 + 30}" w:lineRule="auto"/>'),
        style("LetterheadName", "Letterhead Name", '<w:spacing w:after="60" w:line="240" w:lineRule="auto"/>', text(16, look.colour, True)),
        style("LetterheadContact", "Letterhead Contact", f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="6" w:color="{look.colour}"/></w:pBdr><w:spacing w:after="160" w:line="240" w:lineRule="auto"/><w:jc w:val="right"/>', text(12, look.grey)),
        style("Header", "header", f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{look.rule}"/></w:pBdr><w:spacing w:after="120" w:line="240" w:lineRule="auto"/>', text(12, look.grey)),
        style("Footer", "footer", f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="5" w:color="{look.rule}"/></w:pBdr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>', text(12, look.grey)),
        table_style(look),
    ]
    return f"{HEAD}<w:styles {W}>{''.join(made)}</w:styles>"


def table_style(look: Look) -> str:
    """Tables: thin lines between rows, a tinted header row."""
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{look.rule}"'
    return (
        '<w:style w:type="table" w:styleId="PortalTable"><w:name w:val="Portal Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f'<w:tblPr><w:tblBorders><w:top {line}/><w:bottom {line}/><w:insideH {line}/></w:tblBorders>'
        '<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{look.colour}"/></w:tcBorders>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{look.tint}"/></w:tcPr></w:tblStylePr></w:style>'
    )


def numbering(look: Look) -> str:
    """One bulleted list."""
    return (
        f'{HEAD}<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        '<w:pStyle w:val="ListBullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="454" w:hanging="340"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:hint="default"/><w:color w:val="{look.colour}"/></w:rPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def theme(look: Look) -> str:
    """Word's theme, reduced to our own colours and Arial, so that nothing comes from Word's defaults."""
    names = ("dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")
    values = (look.ink, "FFFFFF", look.grey, look.tint, look.colour, look.grey, look.rule, look.colour, look.grey, look.rule, look.colour, look.grey)
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in zip(names, values, strict=True))
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    formats = f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
    return (
        f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Portal"><a:themeElements><a:clrScheme name="Portal">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Portal"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name="Portal">{formats}</a:fmtScheme></a:themeElements></a:theme>'
    )
