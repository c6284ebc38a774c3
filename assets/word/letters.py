"""The letters: what they say and in which order. Fixed paragraphs come from the council's wording by merge fields."""

from __future__ import annotations

from word_file import WordFile
from word_styles import Look

HEAD = ("{{ council_name }}", "Early Help  ·  {{ hub_phone }}")


def _letter(title: str, look: Look | None = None) -> WordFile:
    word = WordFile(f"{title}, {{{{ reference }}}}", look or Look(), subject="Letter")
    word.letterhead = HEAD
    word.running_head = f"{title}  ·  {{{{ reference }}}}"
    word.foot = "Our reference: {{ reference }}"
    return word


def _opening(word: WordFile) -> None:
    word.p("{{ recipient_name }}", "Address")
    word.when("address", ("{{ address }}", "Address"))
    word.when("delivery_detail", ("{{ delivery_detail }}", "Address"))
    word.p("")
    word.p("{{ letter_date }}", "Address")
    word.p("Our reference: {{ reference }}")
    word.p("{{ greeting }}")


def _contact(name: str) -> str:
    return f"{{% if {name}.name %}}{{{{ {name}.name }}}}{{% if {name}.phone %}}, {{{{ {name}.phone }}}}{{% endif %}}{{% else %}}{{{{ {name}.text }}}}{{% endif %}}"


def _people(word: WordFile) -> None:
    word.facts(
        ("Lead professional", "{{ lead.name }}, {{ lead_phone }}"),
        ("Manager", _contact("manager")),
        ("Unit coordinator", _contact("unit_coordinator")),
        ("Head of centre", _contact("head_of_centre")),
    )


def _shared(word: WordFile) -> None:
    word.p("Whom we tell that our support has ended", "Label")
    word.p("{%p for one in shared_with %}")
    word.bullet("{{ one }}")
    word.p("{%p endfor %}")
    word.when("shared_what", ("What we tell them: {{ shared_what }}", ""))


def _enclosures(word: WordFile) -> None:
    word.when("enclosures", ("Enclosed with this letter", "Label"), ("{{ enclosures|join(', ') }}", ""))


def _signed(word: WordFile, closing: str, name: str, below: str) -> None:
    """The end of a letter with room for a signature; its lines keep together."""
    for text in (closing, "", "", f"**{name}**", below):
        word.p(text, "Signature")


def _achieved(word: WordFile, heading: str) -> None:
    word.p("{%p if achievements or changed %}")
    word.h1(heading)
    word.p("{%p for one in achievements %}")
    word.bullet("{% if one.what %}{{ one.what }}{% endif %}")
    word.p("{%p endfor %}")
    word.when("changed", ("{{ changed }}", ""))
    word.p("{%p endif %}")


def parent() -> WordFile:
    """To a parent or carer."""
    word = _letter("The end of our support")
    _opening(word)
    word.p("The end of our support", "Title")
    word.p("{%p if ending == 'no_contact' %}")
    word.p("We have tried to reach you and have not been able to, so our support for {{ about_children }} has ended. We are sorry that we could not say this to you in person.")
    word.p("This letter tells you why, how to ask for help again, and what your rights are.")
    word.p("{%p else %}")
    word.p("You and {{ worked_with }} worked together from {{ support_from }} to {{ support_to }} to support {{ about_children }}. That support has now ended.")
    word.p("This letter says what you have achieved, why our support is ending, who carries on with you, and how to ask for help again.")
    word.p("{%p endif %}")
    word.p("{{ other_formats }}", "Callout")
    _what_happened(word)
    _decision(word)
    _going_on(word)
    word.h1("Asking for help again")
    word.p("{{ come_back }}")
    word.p("**If someone is in danger.** {{ emergency }}", "Callout")
    word.h1("What we share, and with whom")
    word.p("{{ sharing }}")
    _shared(word)
    word.h1("Your rights")
    word.p("{{ complaints }}")
    word.p("{{ rights }}")
    word.h1("Tell us what you think")
    word.p("{{ feedback }}")
    _signed(word, "Yours sincerely", "{{ lead.name }}", "Lead professional")
    word.p("", "Signature")
    word.h2("Who to speak to")
    _people(word)
    _enclosures(word)
    return word


def _what_happened(word: WordFile) -> None:
    word.when("why_together", ("Why we worked together", "Heading1"), ("{{ why_together }}", ""))
    _achieved(word, "What you have achieved")
    word.when("child_said", ("In your child’s words", "Heading2"), ("{{ child_said }}", "Quote"))


def _decision(word: WordFile) -> None:
    word.h1("Why our support has ended")
    word.p("{{ reason }}")
    word.facts(("Where this was agreed", "{{ decision_where }}"), ("When", "{{ decision_date }}"))
    word.when("ending == 'family_choice'", ("You chose to stop. That is your right, and it does not count against you.", ""))
    word.when("ending == 'stepped_up'", ("Children’s social care carries on working with you.", ""))
    word.when("ending == 'moved'", ("If you would like help where you live now, we can put you in touch with the right people there.", ""))
    word.p("{%p if left_undone %}")
    word.h2("What is still to do")
    word.table([11, 6], ["What", "Who will do it"], [["{{ action.what }}", "{{ action.who }}"]], loop="action in left_undone")
    word.p("{%p endif %}")


def _going_on(word: WordFile) -> None:
    word.h1("Who carries on with you")
    word.p("{%p if staying %}")
    word.table([5, 5, 7], ["Service", "Person", "How to reach them"], [["{{ one.service }}", "{{ one.person }}", "{{ one.contact }}"]], loop="one in staying")
    word.p("{%p else %}")
    word.p("{{ nobody_stays }}")
    word.p("{%p endif %}")
    word.p("{%p if nearby %}")
    word.h2("Other help near you")
    word.table([5, 6, 6], ["Name", "What they do", "How to reach them"], [["{{ one.name }}", "{{ one.what }}", "{{ one.contact }}"]], loop="one in nearby")
    word.p("{%p endif %}")
    word.when("own_plan", ("Your plan if things get hard", "Heading1"), ("{{ own_plan }}", "Quote"))


def young_person() -> WordFile:
    """To a young person."""
    word = _letter("Our work together has ended", Look(size=13))
    _opening(word)
    word.p("Our work together has ended", "Title")
    word.p("{%p if ending == 'no_contact' %}")
    word.p("We tried to get in touch and it did not work out, so our support has ended for now. That is OK. This letter tells you how to come back if you want to.")
    word.p("{%p else %}")
    word.p("You worked with {{ worked_with }} from {{ support_from }} to {{ support_to }}. That work has now ended. This letter is yours to keep.")
    word.p("{%p endif %}")
    word.p("{{ other_formats }}", "Callout")
    word.when("why_together", ("Why we met", "Heading1"), ("{{ why_together }}", ""))
    _achieved(word, "What you have done")
    word.h1("Why it has ended")
    word.p("{{ reason }}")
    word.facts(("Where this was agreed", "{{ decision_where }}"), ("When", "{{ decision_date }}"))
    word.p("{%p if left_undone %}")
    word.h2("What is still to do")
    word.p("{%p for one in left_undone %}")
    word.bullet("{{ one.what }} ({{ one.who }})")
    word.p("{%p endfor %}")
    word.p("{%p endif %}")
    word.h1("Who is there for you now")
    word.p("{%p if staying %}")
    word.table([5, 5, 7], ["Who", "Name", "How to reach them"], [["{{ one.service }}", "{{ one.person }}", "{{ one.contact }}"]], loop="one in staying")
    word.p("{%p else %}")
    word.p("{{ nobody_stays }}")
    word.p("{%p endif %}")
    word.p("{%p if nearby %}")
    word.h2("Other places you can go")
    word.p("{%p for one in nearby %}")
    word.bullet("**{{ one.name }}**: {{ one.what }} ({{ one.contact }})")
    word.p("{%p endfor %}")
    word.p("{%p endif %}")
    word.when("own_plan", ("Your plan if things get hard", "Heading1"), ("{{ own_plan }}", "Quote"))
    word.h1("If you want help again")
    word.p("{{ come_back }}")
    word.p("**If you are not safe.** {{ emergency }}", "Callout")
    word.h1("Your rights")
    word.p("{{ complaints }}")
    word.p("{{ rights }}")
    _shared(word)
    word.p("{{ feedback }}")
    _signed(word, "With best wishes", "{{ lead.name }}", "You can call me on {{ lead_phone }}")
    word.p("", "Signature")
    word.h2("Other people you can speak to")
    word.facts(("Manager", _contact("manager")), ("Unit coordinator", _contact("unit_coordinator")), ("Head of centre", _contact("head_of_centre")))
    _enclosures(word)
    return word


def child() -> WordFile:
    """To a child: short sentences, larger type."""
    word = _letter("A letter for you", Look(size=16, leading=312))
    word.p("{{ recipient_name }}", "Address")
    word.when("address", ("{{ address }}", "Address"))
    word.p("{{ letter_date }}")
    word.p("{{ greeting }}")
    word.p("A letter for you", "Title")
    word.p("{%p if ending == 'no_contact' %}")
    word.p("We wanted to see you, and it did not work out. Our help has stopped for now.")
    word.p("{%p else %}")
    word.p("You and your family had help from {{ worked_with }}. That help has finished now.")
    word.p("{%p endif %}")
    word.when("why_together", ("Why we came", "Heading1"), ("{{ why_together }}", ""))
    word.p("{%p if achievements %}")
    word.h1("What you did well")
    word.p("{%p for one in achievements %}")
    word.bullet("{% if one.what %}{{ one.what }}{% endif %}")
    word.p("{%p endfor %}")
    word.p("{%p endif %}")
    word.when("changed", ("What is different now", "Heading1"), ("{{ changed }}", ""))
    word.h1("Why we are stopping")
    word.p("{{ reason }}")
    word.h1("Who will help you now")
    word.p("{%p if staying %}")
    word.p("{%p for one in staying %}")
    word.bullet("**{{ one.person }}**, {{ one.service }}")
    word.p("{%p endfor %}")
    word.p("{%p else %}")
    word.p("{{ nobody_stays }}")
    word.p("{%p endif %}")
    word.when("own_plan", ("Your plan", "Heading1"), ("{{ own_plan }}", "Quote"))
    word.h1("If you feel worried")
    word.p("{{ come_back }}")
    word.p("{{ emergency }}", "Callout")
    word.h1("You can tell us")
    word.p("{{ complaints }}")
    word.p("{{ rights }}")
    word.p("{{ feedback }}")
    word.p("From", "Signature")
    word.p("", "Signature")
    word.p("**{{ lead.name }}**", "Signature")
    word.p("A grown-up can call me with you on {{ lead_phone }}", "Signature")
    return word


def screening_outcome() -> WordFile:
    """To the person who asked for support: the outcome and nothing more."""
    word = _letter("The outcome of your request")
    word.p("{{ referrer_name }}", "Address")
    word.when("referrer_organisation", ("{{ referrer_organisation }}", "Address"))
    word.p("")
    word.p("{{ letter_date }}", "Address")
    word.p("Your reference: {{ request_reference }}", "Address")
    word.p("Our reference: {{ reference }}")
    word.p("Dear {{ referrer_name }}")
    word.p("The outcome of your request", "Title")
    word.p("Thank you for your request for support with the reference {{ request_reference }}. This letter tells you the outcome. It names nobody, so that it can be kept safely.")
    word.h1("What was decided")
    word.p("{%p if may_be_told != 'yes' %}")
    word.p("{{ text_minimal }}", "Callout")
    word.p("{%p elif outcome == 'allocate' %}")
    word.p("{{ text_allocated }}", "Callout")
    word.p("{%p elif outcome == 'social_care' %}")
    word.p("{{ text_social_care }}", "Callout")
    word.p("{%p else %}")
    word.p("{{ text_advised }}", "Callout")
    word.p("{%p endif %}")
    word.p("{%p if may_be_told == 'yes' and advice %}")
    word.h1("Our advice")
    word.p("{{ advice }}")
    word.p("{%p endif %}")
    word.p("{%p if may_be_told == 'yes' and signposts %}")
    word.h1("Where help can be found")
    word.table([8, 9], ["Service", "How to reach it"], [["{{ one.name }}", "{{ one.contact }}"]], loop="one in signposts")
    word.p("{%p endif %}")
    word.h1("What you can do")
    word.bullet("Carry on with what helps now.")
    word.bullet("Send a new request, or call the {{ hub_title }} on {{ hub_phone }}, if things change or you disagree with this outcome.")
    word.p("**If a child or someone else is in danger.** {{ emergency }}", "Callout")
    _signed(word, "Yours sincerely", "{{ screened_by }}", "{{ hub_title }}")
    return word
