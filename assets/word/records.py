"""The records: minutes with the plan, and the forms that are printed in full."""

from __future__ import annotations

from word_file import WordFile
from word_styles import Look

HEAD = ("{{ council_name }}", "Early Help  ·  {{ hub_phone }}")
SIX = (
    ("daily_life", "What is the child’s day like, and what does the child think of it?"),
    ("safe_now", "Is the child safe now?"),
    ("change_in_time", "What needs to change, and is it changing fast enough for the child?"),
    ("right_help", "Is this the right help?"),
    ("strengths_outcomes", "What strengths are we building on, and what is better already?"),
    ("if_nothing_changes", "What happens for the child if nothing changes?"),
)


def _who(name: str) -> str:
    return f"{{% if {name}.name %}}{{{{ {name}.name }}}}{{% if {name}.role %}}, {{{{ {name}.role }}}}{{% endif %}}{{% if {name}.organisation %}}, {{{{ {name}.organisation }}}}{{% endif %}}{{% else %}}{{{{ {name}.text }}}}{{% endif %}}"


def _if(name: str, before: str = "", after: str = "") -> str:
    """The field with its words, or nothing while it is empty."""
    return f"{{% if {name} %}}{before}{{{{ {name} }}}}{after}{{% endif %}}"


def _record(title: str, row: int = 50) -> WordFile:
    word = WordFile(f"{title}, {{{{ reference }}}}", Look(left=2.0, right=2.0, label=6.2, row=row), subject="Record")
    word.letterhead = HEAD
    word.running_head = f"{title}  ·  {{{{ reference }}}}"
    word.foot = "Reference: {{ reference }}"
    return word


def taf_minutes() -> WordFile:
    """Record of the team around the family meeting with the family's plan."""
    word = _record("Team around the family meeting")
    word.p("Team around the family meeting", "Title")
    word.p("{{ meeting_type }}  ·  {{ meeting_date }}", "Subtitle")
    word.p("{{ footer_note }}", "Callout")
    _meeting(word)
    _people(word)
    _views(word)
    _since(word)
    _understanding(word)
    _plan(word)
    _decisions(word)
    _agreement(word)
    return word


def _meeting(word: WordFile) -> None:
    word.h1("The meeting")
    word.facts(
        ("Reference", "{{ reference }}"),
        ("Date and time", "{{ meeting_date }}, {{ starts }} to {{ ends }}"),
        ("Place", "{{ place }}{% if place_detail %}, {{ place_detail }}{% endif %} ({{ place_chosen }})"),
        ("In the series", "{{ series }}{% if series_number %}, number {{ series_number }}{% endif %}"),
        ("Chair", _who("chair")),
        ("Minute-taker", _who("minute_taker")),
        ("Lead professional", "{{ lead.text }}"),
        ("Help to take part", "{{ needs_met }}"),
        ("Professionals met before", "{{ pre_meeting }}{% if pre_meeting_told %}. The family was told: {{ pre_meeting_told }}{% endif %}{% if pre_meeting_why %}. {{ pre_meeting_why }}{% endif %}"),
    )


def _people(word: WordFile) -> None:
    word.h1("People")
    word.h2("The children the meeting was about")
    word.table([8, 9], ["Name", "Part in the plan"], [["**{{ child.name }}**", "{{ child.part }}"]], loop="child in children", empty="None recorded")
    word.h2("Who was invited and who came")
    word.table(
        [5.2, 3.6, 5, 3.4],
        ["Name", "Role", "Job and organisation", "Attendance"],
        [["**{{ person.name }}**", "{{ person.role }}", "{{ person.job }}", "{{ person.attendance }}"]],
        loop="person in attendees",
        empty="None recorded",
    )
    word.when("no_family_reason", ("No member of the family was there", "Label"), ("{{ no_family_reason }}", ""))
    word.when("no_child_how", ("No child was there. How their views were gathered", "Label"), ("{{ no_child_how }}" + _if("no_child_by", ", by ") + "{% if no_child_on %}, {{ no_child_on }}{% endif %}", ""))
    word.when("first_after_step_down", ("First meeting after stepping down: was the social worker there?", "Label"), ("{{ first_after_step_down }}", ""))
    word.h2("Ground rules and agreement")
    word.p("{{ confidentiality_text }}")
    word.facts(("Confidentiality explained", "{{ confidentiality }}"))
    word.table(
        [4.2, 3.4, 3.4, 6.2],
        ["Parent or carer", "Agreement to support", "Agreement to sharing", "What changed"],
        [["**{{ adult.name }}**", "{{ adult.support_now }}", "{{ adult.sharing_now }}", f"{{{{ adult.change }}}}\n{_if('adult.support_record', 'Support: ')}\n{_if('adult.sharing_record', 'Sharing: ')}"]],
        loop="adult in adults if adult.asked",
        empty="No parent or carer recorded",
    )
    word.when("withdrawn_next", ("What happens now that someone no longer agrees", "Label"), ("{{ withdrawn_next }}", ""))


def _views(word: WordFile) -> None:
    word.h1("What people said")
    word.p("{%p for child in children %}")
    word.h2("{{ child.name }}")
    word.p("{{ child.view }}", "Quote")
    word.p("How we know: {{ child.view_way }}", "Note")
    word.p("{%p endfor %}")
    word.p("{%p for adult in adults %}")
    word.h2("{{ adult.name }}")
    word.p("{% if adult.view %}{{ adult.view }}{% else %}Not known: {{ adult.no_view }}" + _if("adult.no_view_other", ": ") + "{% endif %}", "Quote")
    word.p("{%p endfor %}")
    word.p("{%p for report in reports %}")
    word.h2("{{ report.from }}")
    word.p("{{ report.text }}", "Quote")
    word.p("{%p endfor %}")


def _since(word: WordFile) -> None:
    word.p("{%p if series_id != 'first' %}")
    word.h1("Since last time")
    word.h2("Actions from last time")
    word.table(
        [6, 4, 2.9, 4.3],
        ["Action", "Who", "By when", "How it stands"],
        [["{{ action.what }}", "{{ action.who }}", "{{ action.by }}", "**{{ action.status }}**\n{% if action.evidence %}{{ action.evidence }}{% endif %}\n{% if action.why %}{{ action.why }}{% endif %}"]],
        loop="action in previous_actions",
        empty="None recorded",
    )
    word.h2("Important events")
    word.table([4, 13.2], ["When", "What happened"], [["{{ event.date }}", "{{ event.what }}"]], loop="event in events", empty="None recorded")
    word.p("{%p endif %}")


def _understanding(word: WordFile) -> None:
    word.h1("What we understand")
    for name, heading in (("working_well", "What is working well"), ("worried_about", "What we are worried about"), ("must_change", "What must change")):
        word.h2(heading)
        word.p("{{ " + name + " }}")
    word.h2("The six standing questions")
    for name, label in SIX:
        word.p(label, "Label")
        word.p("{{ " + name + " }}")
    word.when("identity", ("Identity, culture and fairness", "Heading2"), ("{{ identity }}", ""))
    word.when("inequality", ("Racism, discrimination or unfair treatment spoken of: {{ inequality }}", ""))
    word.when("inequality_action", ("Unfair treatment spoken of, and what will be done", "Label"), ("{{ inequality_action }}", ""))
    word.p("{%p if siblings %}")
    word.h2("Brothers, sisters and other children in the home")
    word.table([4, 6.6, 6.6], ["Child", "What they need", "What will be done"], [["**{{ child.name }}**", "{{ child.need }}", "{{ child.action }}"]], loop="child in siblings")
    word.p("{%p endif %}")
    word.h2("Safety")
    word.facts(("Worry about harm to a child", "{{ harm_now }}"))
    word.when("harm_action", ("**Told at once:** {{ harm_told_manager }}", "Callout"), ("**Done at once:** {{ harm_action }}", "Callout"))
    word.h2("Scores and level of need")
    word.table(
        [5.2, 4, 4, 4],
        ["Child", "Worry, 0 to 10", "Last seen", "Seen alone"],
        [["**{{ child.name }}**", "{{ child.risk }}{% if child.risk_by %} ({{ child.risk_by }}){% endif %}", "{{ child.seen }}", "{{ child.seen_alone }}"]],
        loop="child in child_scores",
        empty="None recorded",
    )
    word.facts(
        ("Family managing, 0 to 10", "{{ family_score }}{% if tool %} (tool: {{ tool }}" + _if("tool_other", ": ") + _if("tool_by", ", scored by ") + "){% endif %}"),
        ("Level of need now", "{{ level_now }}{% if level_change %} (compared with last time: {{ level_change|lower }}){% endif %}"),
    )
    word.when("level_why", ("Why the level changed", "Label"), ("{{ level_why }}", ""))


def _plan(word: WordFile) -> None:
    word.h1("The plan")
    word.h2("Goals")
    word.table(
        [5.8, 4.4, 2.7, 4.4],
        ["Goal, in the family’s words", "How we will know", "By when", "Now"],
        [
            [
                "**{{ goal.goal }}**\nFor: {{ goal.for }}\nNeed: {{ goal.need }} ({{ goal.heading }})\nHelp: {{ goal.help }}\nAgreed with: {{ goal.agreed_with }}",
                "{{ goal.measure }}",
                "{{ goal.by }}",
                "**{{ goal.status }}**\nStart: {{ goal.at_start }}\nWorker: {{ goal.now_worker }}\n{% if goal.now_child %}Child: {{ goal.now_child }}{% endif %}\n{% if goal.now_parent %}Parent: {{ goal.now_parent }}{% endif %}\n{% if goal.target %}Enough: {{ goal.target }}{% endif %}",
            ]
        ],
        loop="goal in goals",
        empty="None recorded",
    )
    word.when("many_goals_why", ("Why so many goals are right for this family now", "Label"), ("{{ many_goals_why }}", ""))
    word.h2("Actions")
    word.table(
        [6.8, 4.8, 2.9, 2.9],
        ["What will be done", "Who", "By when", "Status"],
        [["{{ action.what }}\n{% if action.resource %}Needs: {{ action.resource }}{% endif %}", "**{{ action.who }}**\n{{ action.agency }}\n{% if action.accepted == 'no' %}Has not said yes so far{% endif %}", "{{ action.by }}", "{{ action.status }}"]],
        loop="action in actions",
        empty="None recorded",
    )
    word.when("family_actions", ("What the family does itself", "Heading2"), ("{{ family_actions }}", ""))
    word.p("{%p if contingency_what %}")
    word.h2("If things do not get better")
    word.p("{{ contingency_what }}")
    word.facts(("If no progress by", "{{ contingency_date }}"), ("Who decides", "{{ contingency_who }}"), ("Agreed with", "{{ contingency_agreed }}"))
    word.p("{%p endif %}")


def _decisions(word: WordFile) -> None:
    word.h1("Decisions")
    word.table(
        [6, 6.2, 5],
        ["Decision", "Reason", "Who disagreed, and why"],
        [["{{ one.decision }}", "{{ one.reason }}", "{{ one.disagreed }}"]],
        loop="one in decisions",
        empty="None recorded",
    )
    word.facts(("Outcome", "{{ outcome }}"))
    word.p("{{ outcome_why }}")
    word.when("new_lead.text", ("New lead professional", "Label"), ("{{ new_lead.text }}", ""))
    word.when("new_lead_agreed", ("Who agrees to the change", "Label"), ("{{ new_lead_agreed }}", ""))
    word.when("new_lead_agreed_why", ("Not everybody agrees. Why the change goes on", "Label"), ("{{ new_lead_agreed_why }}", ""))
    word.when("oversight", ("The plan runs for 9 months or longer", "Label"), ("{{ oversight }}" + _if("oversight_by", ", "), ""))
    word.p("{%p if next_date %}")
    word.p("**Next meeting: {{ next_date }}{% if next_time %}, {{ next_time }}{% endif %}**, {{ next_place }}.{% if interval %} In {{ interval|lower }}.{% endif %}" + _if("interval_why", " "), "Callout")
    word.when("departure_reason", ("More than 12 weeks after this meeting", "Label"), ("{{ departure_reason }}" + _if("departure_reason_other", ": ") + ". Agreed by {{ departure_manager }}.", ""))
    word.p("{%p endif %}")


def _agreement(word: WordFile) -> None:
    word.h1("Agreeing this record")
    word.when("family_comments", ("What the family says about it", "Label"), ("{{ family_comments }}", "Quote"))
    word.when("family_disagrees", ("What the family disagrees with", "Label"), ("{{ family_disagrees }}", "Quote"))
    word.facts(
        ("The family agreed", "{{ family_agreed }}{% if family_agreed_by %}: {{ family_agreed_by }}{% endif %}"),
        ("Manager’s view", "{{ manager_view }}"),
        ("Manager’s sign-off", "{{ manager_sign }}"),
        ("Finalised", "{{ finalised_on }}, by {{ finalised_by }}"),
    )
    word.p("{{ disagree_text }}")


def _whole_form(word: WordFile) -> None:
    word.p("{%p for section in sections %}")
    word.h1("{{ section.title }}")
    word.p("{%p for block in section.blocks %}")
    word.when("block.title", ("{{ block.title }}", "Heading2"))
    word.p("{%p if block.kind == 'items' %}")
    word.table([4.8, 12.2], ["About", "Answers"], [["**{{ row.label }}**", "{{ row.text }}"]], loop="row in block.rows")
    word.p("{%p elif block.rows %}")
    word.answers(8.6, "row in block.rows")
    word.p("{%p endif %}")
    word.when("block.unanswered", ("Not answered: {{ block.unanswered }}", "AfterAnswers"))
    word.p("{%p endfor %}")
    word.p("{%p endfor %}")


def request_for_support() -> WordFile:
    """The whole request as it was sent."""
    word = _record("Request for support", row=8)
    word.p("Request for support", "Title")
    word.p("Reference {{ reference }}", "Subtitle")
    word.facts(("Sent", "{{ sent_at }}"), ("Sent by", "{{ sent_by }}"), ("Version of the form", "{{ version }}"))
    word.p("**What happens next.** {{ receipt }}", "Callout")
    _whole_form(word)
    return word


def closure_review() -> WordFile:
    """The whole closure review as it was finalised."""
    word = _record("Closure review", row=8)
    word.p("Closure review", "Title")
    word.p("Reference {{ reference }}", "Subtitle")
    word.facts(
        ("Children", "{{ children_names }}"),
        ("Support", "{{ support_from }} to {{ support_to }}"),
        ("Lead professional", "{{ lead.text }}"),
        ("Reason for ending", "{{ closing_reason }}"),
        ("Recommendation", "{{ recommendation }}"),
        ("Manager", "{{ manager_sign }}"),
        ("Finalised", "{{ finalised_at }}"),
    )
    _whole_form(word)
    return word
