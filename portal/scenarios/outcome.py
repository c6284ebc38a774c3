"""What a council makes of a played scenario: the move that follows and the documents, held against what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from portal.councils.check_scenarios import NO_MOVE
from portal.councils.document_model import DocumentRule
from portal.councils.library import Council
from portal.councils.model import PaperRule
from portal.councils.moves import Answered, facts_set, move_on_paper, opening
from portal.documents.merge_data import Material, Sources
from portal.documents.produce import print_from
from portal.documents.specimen import specimen_facts
from portal.errors import PortalError
from portal.forms.scenarios.model import DocumentText, NextStep, Scenario
from portal.forms.scenarios.play import Played
from portal.word.reading import paragraphs
from portal.word.template import CompiledTemplate, compile_template

FINALISED = "finalised"
_NOT_SENT = "nothing follows, because the form cannot be sent with these answers"


class Consequences:
    """What follows from one scenario in its council. `papers` are the other papers of the family."""

    def __init__(self, council: Council, played: Played, papers: Mapping[str, Answered]):
        self.council = council
        self.played = played
        self.own = Answered(played.definition, played.answers, played.facts)
        self.papers = papers

    def differences(self, scenario: Scenario) -> Iterator[str]:
        """Everything that comes out otherwise than expected, in plain words."""
        expect = scenario.expect
        if not self.played.can_be_sent and (expect.next or expect.documents):
            yield _NOT_SENT
            return
        if expect.next is not None:
            yield from self._of_next(expect.next)
        for name, wanted in expect.documents.items():
            yield from self._of_document(self._rule(name), wanted)
        for name in expect.no_documents:
            if self.played.can_be_sent and self.own.meets(self._rule(name).when):
                yield f"the document “{self._rule(name).title}” is made, and should not be"

    def _rule(self, name: str) -> DocumentRule:
        """The rule of a document, or of one reader's copy of it (`document.copy`)."""
        document, _, copy = name.partition(".")
        rule = self.council.documents[document]
        return rule.for_copy(copy) if copy else rule

    def _of_next(self, step: NextStep) -> Iterator[str]:
        met = self._met(step)
        for key in ("move", "stage", "team", "level"):
            wanted = getattr(step, key)
            if wanted and wanted != met[key]:
                yield f"the next step is {self._called(key, met[key])}, and {self._called(key, wanted)} was expected"

    def _called(self, key: str, name: str) -> str:
        """A move, stage, team or level with its title, as people know it."""
        if not name or name == NO_MOVE:
            return "none" if name else f"no {key}"
        known = {"move": self.council.transitions, "stage": self.council.stages, "team": self.council.teams, "level": self.council.service.levels}
        title = next((each.title for each in known[key] if each.id == name), name)
        return f"the {key} “{title}” ({name})"

    def _met(self, step: NextStep) -> dict[str, str]:
        paper = self._paper(step)
        if paper.kind == "request":
            opened = opening(self.council, paper, self.own)
            return {"move": "", "stage": opened.stage, "team": opened.team, "level": opened.level}
        papers = (self.own, self.papers.get(paper.signs) if paper.signs else None)
        rule = move_on_paper(self.council, paper.id, FINALISED, step.at, papers)
        facts = facts_set(rule, papers) if rule else {}
        return {"move": rule.id if rule else NO_MOVE, "stage": rule.to if rule else step.at, "team": facts.get("team", ""), "level": facts.get("level", "")}

    def _paper(self, step: NextStep) -> PaperRule:
        return next(rule for rule in self.council.papers if rule.id == step.paper or (not step.paper and rule.form == self.played.definition.id))

    def _of_document(self, rule: DocumentRule, wanted: DocumentText) -> Iterator[str]:
        if not self.own.meets(rule.when):
            yield f"the document “{rule.title}” is not made with these answers"
            return
        try:
            text = self._text(rule)
        except PortalError as error:
            yield f"the document “{rule.title}” cannot be made: {error.message}"
            return
        yield from (f"the document “{rule.title}” does not say “{words}”" for words in wanted.says if _plain(words) not in text)
        yield from (f"the document “{rule.title}” says “{words}”, and must not" for words in wanted.says_not if _plain(words) in text)

    def _text(self, rule: DocumentRule) -> str:
        own = Material(self.own.definition, self.own.answers, self.own.facts)
        others = {name: Material(each.definition, each.answers, each.facts) for name, each in self.papers.items()}
        sources = Sources(self.council, own, others, specimen_facts(self.council, rule, self.own.facts.today))
        made = print_from(rule, sources, _compiled(self.council.template_path(rule.template).read_bytes()))
        return _plain("\n".join(paragraphs(made.content)))


@lru_cache(maxsize=32)
def _compiled(template: bytes) -> CompiledTemplate:
    return compile_template(template)


def _plain(text: str) -> str:
    """The text with every run of blanks and line breaks as one blank."""
    return " ".join(text.split())
