"""Easy-read letters: one idea a line in short words, a picture beside each. The pictures are ours, drawn as SVG and kept as PNG in assets/easy-read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from letters import HEAD, _contact
from word_file import OFFICE, WordFile, drawing, paragraph
from word_styles import CM, Look

PICTURES = Path(__file__).parents[1] / "easy-read"
LARGE = Look(size=18, leading=312, left=2.0, right=2.0)
SIDE, WIDE = 3.3, 2.6
"""Width of the column of pictures, and of a picture, in centimetres."""

SHOWN = {
    "letter": "An envelope",
    "together": "Two people side by side",
    "finish": "A flag at the finish",
    "calendar": "A calendar with a tick",
    "star": "A star",
    "talk": "Two speech bubbles",
    "why": "A question mark",
    "to-do": "A list with ticks",
    "helper": "A person with a heart",
    "near-you": "A pin on a map",
    "plan": "An open book with a tick",
    "come-back": "A house with a door",
    "phone": "A telephone that rings",
    "danger": "A warning sign",
    "private": "A padlock",
    "complain": "A person who says that something is wrong",
    "read": "A page under a magnifying glass",
    "faces": "A happy face and a sad face",
}


@dataclass
class EasyRead(WordFile):
    """A letter of ideas: `idea` puts a picture beside its lines."""

    used: list[str] = field(default_factory=list)

    def idea(self, picture: str, *lines: str) -> None:
        """One idea; lines that begin with `- ` are a list, those that begin with `{%` are tags."""
        if picture not in self.used:
            self.used.append(picture)
        place = self.used.index(picture)
        shown = drawing(f"rId{20 + place}", 100 + len(self.body), WIDE, WIDE, SHOWN[picture]).replace('name="Logo"', f'name="{picture}"').replace("logo.png", f"{picture}.png")
        left, right = int(SIDE * CM), self.width - int(SIDE * CM)
        said = "".join(paragraph(line.removeprefix("- "), "ListBullet" if line.startswith("- ") else "") for line in lines)
        cell = '<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/><w:vAlign w:val="{}"/></w:tcPr>{}</w:tc>'
        row = f'<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell.format(left, "top", f"<w:p><w:r>{shown}</w:r></w:p>")}{cell.format(right, "center", said)}</w:tr>'
        properties = f'<w:tblPr><w:tblW w:w="{left + right}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        self.body.append(f'<w:tbl>{properties}<w:tblGrid><w:gridCol w:w="{left}"/><w:gridCol w:w="{right}"/></w:tblGrid>{row}</w:tbl>')
        self.body.append(paragraph("", "AfterTable"))

    def only_when(self, condition: str, heading: str, picture: str, *lines: str) -> None:
        """An idea below a heading, only when a condition holds."""
        self.p("{%p if " + condition + " %}")
        self.h1(heading)
        self.idea(picture, *lines)
        self.p("{%p endif %}")

    def each(self, loop: str, picture: str, *lines: str) -> None:
        """An idea for each of several."""
        self.p("{%p for " + loop + " %}")
        self.idea(picture, *lines)
        self.p("{%p endfor %}")

    def _styles(self) -> str:
        return super()._styles().replace('w:sz w:val="24"/><w:szCs w:val="24"', 'w:sz w:val="28"/><w:szCs w:val="28"')

    def _parts(self) -> dict[str, str | bytes]:
        parts = super()._parts()
        links = "".join(f'<Relationship Id="rId{20 + place}" Type="{OFFICE}/image" Target="media/{name}.png"/>' for place, name in enumerate(self.used))
        parts["word/_rels/document.xml.rels"] = str(parts["word/_rels/document.xml.rels"]).replace("</Relationships>", f"{links}</Relationships>")
        return parts | {f"word/media/{name}.png": (PICTURES / f"{name}.png").read_bytes() for name in self.used}


def _letter(title: str) -> EasyRead:
    word = EasyRead(f"{title}, {{{{ reference }}}}", LARGE, subject="Easy-read letter")
    word.letterhead = HEAD
    word.running_head = title
    word.foot = "Our reference: {{ reference }}"
    return word


def _opening(word: EasyRead, title: str, *, detail: bool = True) -> None:
    word.p("{{ recipient_name }}", "Address")
    word.when("address", ("{{ address }}", "Address"))
    if detail:
        word.when("delivery_detail", ("{{ delivery_detail }}", "Address"))
    word.p("{{ letter_date }}")
    word.p("{{ greeting }}")
    word.p(title, "Title")


def _help_again(word: EasyRead) -> None:
    word.h1("If you need help again")
    word.idea("come-back", "You can ask for help again.", "You can ask at any time.")
    word.idea("phone", "Call us on **{{ hub_phone }}**.", "Tell us this number: **{{ reference }}**")
    word.idea("danger", "Is somebody in danger now?", "Call **999**.")


def _told(word: EasyRead) -> None:
    word.h1("What we tell other people")
    word.idea(
        "private", "We tell these people that our support has finished:", "{%p for one in shared_with %}", "- {{ one }}", "{%p endfor %}",
        "{%p if shared_what %}", "We tell them this: {{ shared_what }}", "{%p endif %}",
    )  # fmt: skip
    word.idea("danger", "We only tell more if somebody could be badly hurt.", "Or if the law says that we must.")


def _rights(word: EasyRead, *tell: str) -> None:
    word.h1("Your rights")
    word.idea("complain", *tell)
    word.idea("read", "You can ask to see what we wrote about you.", "Is something wrong in it?", "Tell us.")
    word.h1("Tell us what you think")
    word.idea("faces", "What helped you?", "What did not help you?", "Ask us for the feedback form.", "You do not have to write your name on it.")


def _people(word: EasyRead) -> None:
    word.h1("Who to speak to")
    word.idea("phone", "**{{ lead.name }}**", "Call {{ lead_phone }}.")
    word.idea(
        "together", "You can also speak to these people.", "- Manager: " + _contact("manager"), "- Unit coordinator: " + _contact("unit_coordinator"),
        "- Head of centre: " + _contact("head_of_centre"),
    )  # fmt: skip
    word.p("{%p if enclosures %}")
    word.idea("letter", "With this letter we send you:", "{%p for one in enclosures %}", "- {{ one }}", "{%p endfor %}")
    word.p("{%p endif %}")


def _help_now(word: EasyRead, heading: str) -> None:
    word.h1(heading)
    word.p("{%p if staying %}")
    word.each("one in staying", "helper", "**{{ one.person }}**", "They work for: {{ one.service }}", "{%p if one.contact %}", "Call or write: {{ one.contact }}", "{%p endif %}")
    word.p("{%p else %}")
    word.idea("helper", "{{ nobody_stays }}")
    word.p("{%p endif %}")


def _near(word: EasyRead) -> None:
    word.p("{%p if nearby %}")
    word.h1("Other help near you")
    word.each("one in nearby", "near-you", "**{{ one.name }}**", "{{ one.what }}", "Call or write: {{ one.contact }}")
    word.p("{%p endif %}")


def _well_done(word: EasyRead) -> None:
    word.only_when(
        "achievements or changed", "What you did well", "star", "{%p for one in achievements %}", "- {{ one.what }}", "{%p endfor %}",
        "{%p if changed %}", "{{ changed }}", "{%p endif %}",
    )  # fmt: skip


def _afterwards(word: EasyRead, help_heading: str) -> None:
    """From where the end was agreed to what other people are told: the same for parents and young people."""
    word.idea("calendar", "We agreed this on {{ decision_date }}.", "This is where: {{ decision_where }}")
    word.p("{%p if left_undone %}")
    word.h1("What is still to do")
    word.each("action in left_undone", "to-do", "**{{ action.what }}**", "Who will do it: {{ action.who }}")
    word.p("{%p endif %}")
    _help_now(word, help_heading)
    _near(word)
    word.only_when("own_plan", "Your plan if things get hard", "plan", "{{ own_plan }}")
    _help_again(word)
    _told(word)


def parent() -> EasyRead:
    """To a parent or carer."""
    word = _letter("Our support has finished")
    _opening(word, "Our support has finished")
    word.idea("letter", "This is an easy-read letter from {{ council_name }}.", "Somebody can read it with you.")
    word.idea("talk", "Would you like this letter in another way?", "Would you like it in another language?", "Tell us.")
    word.p("{%p if ending == 'no_contact' %}")
    word.idea("phone", "We tried to reach you.", "It did not work out.", "We are sorry about that.", "Our support for {{ about_children }} has finished.")
    word.p("{%p else %}")
    word.idea("together", "You worked with {{ worked_with }}.", "It was to support {{ about_children }}.")
    word.idea("calendar", "It began on {{ support_from }}.", "It finished on {{ support_to }}.")
    word.p("{%p endif %}")
    word.only_when("why_together", "Why we worked together", "why", "{{ why_together }}")
    _well_done(word)
    word.p("{%p if child_said %}")
    word.idea("talk", "Your child said:", "{{ child_said }}")
    word.p("{%p endif %}")
    word.h1("Why our support has finished")
    word.idea(
        "finish", "{{ reason }}", "{%p if ending == 'family_choice' %}", "You chose to stop.", "That is your right.", "{%p endif %}",
        "{%p if ending == 'stepped_up' %}", "Children’s social care works with you now.", "{%p endif %}",
        "{%p if ending == 'moved' %}", "You live somewhere else now.", "We can help you to find help there.", "{%p endif %}",
    )  # fmt: skip
    _afterwards(word, "Who will help you now")
    _rights(word, "Are you unhappy with something we did?", "Tell {{ lead.name }}.", "Or call {{ hub_phone }}. Ask for the complaints officer.", "We will still help you.")
    _people(word)
    return word


def young_person() -> EasyRead:
    """To a young person."""
    word = _letter("Our work together has finished")
    _opening(word, "Our work together has finished")
    word.idea("letter", "This is an easy-read letter from {{ council_name }}.", "It is yours to keep.", "Somebody you trust can read it with you.")
    word.p("{%p if ending == 'no_contact' %}")
    word.idea("phone", "We tried to get in touch with you.", "It did not work out.", "That is OK.", "Our support has finished for now.")
    word.p("{%p else %}")
    word.idea("together", "You worked with {{ worked_with }}.")
    word.idea("calendar", "It began on {{ support_from }}.", "It finished on {{ support_to }}.")
    word.p("{%p endif %}")
    word.only_when("why_together", "Why we met", "why", "{{ why_together }}")
    _well_done(word)
    word.h1("Why it has finished")
    word.idea("finish", "{{ reason }}")
    _afterwards(word, "Who is there for you now")
    _rights(word, "Was something we did not OK?", "Tell us, or tell an adult you trust.", "You can call {{ hub_phone }}. Ask for the complaints officer.", "You will not get into trouble.")
    _people(word)
    return word


def child() -> EasyRead:
    """To a child."""
    word = _letter("A letter for you")
    _opening(word, "A letter for you", detail=False)
    word.idea("letter", "This letter is for you.", "A grown-up can read it with you.")
    word.p("{%p if ending == 'no_contact' %}")
    word.idea("together", "We wanted to see you.", "It did not work out.", "Our help has stopped for now.")
    word.p("{%p else %}")
    word.idea("together", "{{ worked_with }} helped you and your family.", "That help has finished now.")
    word.p("{%p endif %}")
    word.only_when("why_together", "Why we came", "why", "{{ why_together }}")
    _well_done(word)
    word.h1("Why we are stopping")
    word.idea("finish", "{{ reason }}")
    word.h1("Who will help you now")
    word.p("{%p if staying %}")
    word.each("one in staying", "helper", "**{{ one.person }}**", "{{ one.service }}")
    word.p("{%p else %}")
    word.idea("helper", "{{ nobody_stays }}")
    word.p("{%p endif %}")
    word.only_when("own_plan", "Your plan", "plan", "{{ own_plan }}")
    word.h1("If you feel worried")
    word.idea("talk", "Tell a grown-up you trust.", "They can call us on {{ hub_phone }}.")
    word.idea("phone", "You can call Childline on **0800 1111**.", "It is free.", "You can talk about anything.")
    word.idea("danger", "Are you in danger?", "Call **999**.")
    word.h1("You can tell us")
    word.idea("complain", "Was something not OK?", "Tell a grown-up you trust.")
    word.idea("read", "You can ask to see what we wrote about you.")
    word.idea("faces", "How was it for you?", "Ask a grown-up for the form with the faces.")
    word.idea("together", "From **{{ lead.name }}**", "A grown-up can call me with you on {{ lead_phone }}.")
    return word
