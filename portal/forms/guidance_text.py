"""Text that councils write in Markdown (guidance, declarations, statements), as safe HTML in GOV.UK dress."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "a", "strong", "em", "br", "hr", "blockquote", "table", "thead", "tbody", "tr", "th", "td"}
CLASSES = {
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "blockquote": "govuk-inset-text",
    "hr": "govuk-section-break govuk-section-break--visible govuk-section-break--m",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
}
SCHEMES = {"https", "http", "mailto", "tel"}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")


@lru_cache(maxsize=512)
def guidance_html(text: str | None) -> Markup:
    """The text as HTML: headings from h2 down, no raw HTML, no pictures, links only to web, mail and telephone addresses."""
    if not text or not text.strip():
        return Markup("")
    tokens = _MARKDOWN.parse(text)
    _dress(tokens)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    attributes = {tag: {"class"} for tag in CLASSES} | {"a": {"class", "href"}, "th": {"class", "scope"}}
    return Markup(nh3.clean(html, tags=TAGS, attributes=attributes, url_schemes=SCHEMES, link_rel=None))


def _dress(tokens: list[Token]) -> None:
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.nesting >= 0 and token.tag in CLASSES:
            token.attrSet("class", CLASSES[token.tag])
        if token.nesting == 1 and token.tag == "th":
            token.attrSet("scope", "col")
        token.attrs.pop("style", None)
        if token.children:
            _dress(token.children)
