"""Guidance: Markdown of a form as safe HTML in the dress of the pages."""

from __future__ import annotations

import html5lib
import pytest

from portal.forms.guidance_text import guidance_html


def test_guidance_is_safe_html_in_the_dress_of_the_pages():
    html = guidance_html("# Danger\n\nCall **999** or [us](tel:01632960001)\n\n- one\n- two")
    assert html == (
        '<h2 class="govuk-heading-m">Danger</h2>\n<p class="govuk-body">Call <strong>999</strong> or <a href="tel:01632960001" class="govuk-link">us</a></p>\n'
        '<ul class="govuk-list govuk-list--bullet">\n<li>one</li>\n<li>two</li>\n</ul>\n'
    )


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html,x)", '<img src=x onerror="x">', "![x](https://example.org/x.png)", "<b onclick=x>x</b>"],
)
def test_guidance_lets_nothing_run(text):
    elements = list(html5lib.parse(str(guidance_html(text)), namespaceHTMLElements=False).iter())
    assert not [each for each in elements if each.tag in ("script", "img", "b")]
    assert not [name for each in elements for name in each.attrib if name.startswith("on")]
    assert not [each.get("href") for each in elements if (each.get("href") or "").startswith(("javascript", "data"))]


def test_no_guidance_is_nothing():
    assert guidance_html("") == guidance_html(" \n") == guidance_html(None) == ""
