"""Made-up British people, places and words, drawn from a seeded source of chance, for the drawers' made-up answers.

Nobody named here exists: telephone numbers are those kept for drama, addresses of e-mail reach nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from portal.forms.model import Question

Thing = TypeVar("Thing")

FIRST = (
    "Ada", "Aisha", "Amir", "Bilal", "Callum", "Chidi", "Dana", "Ellie", "Esra", "Femi", "Grace", "Hana", "Idris", "Joy",
    "Kwame", "Leila", "Maya", "Niamh", "Oscar", "Priya", "Rhys", "Sana", "Tomasz", "Yusuf", "Zara",
)  # fmt: skip
LAST = (
    "Rivers", "Brook", "Okafor", "Yildiz", "Lindqvist", "Patel", "O’Hara", "Silva", "Nguyen", "Cohen", "Evans", "Begum",
    "Campbell", "Kowalski", "Mensah", "Hughes", "Clarke-Jones", "Ahmed",
)  # fmt: skip
STREETS = ("Example Road", "Made-up Street", "Sample Lane", "Specimen Close", "Nowhere Avenue", "Pretend Terrace")
TOWNS = ("Leafham", "Farland", "Brookmere", "Ashcombe", "Little Exmoor")
PLACES = ("Leafham Library", "Brookmere Children’s Centre", "Ashcombe Youth Hub", "Riverside Community Hall")
SCHOOLS = ("Leafham Primary School", "Brookmere Academy", "St Example’s School", "Ashcombe Nursery", "Riverside College")
ORGANISATIONS = (*SCHOOLS, "Meadow Clinic", "Brookmere Housing", "Ashcombe Young Carers", "Leafham Family Hub")
JOBS = ("Head teacher", "Health visitor", "Family support worker", "School nurse", "Youth worker", "Housing officer", "Midwife", "Learning mentor")
RELATIONS = ("Mother", "Father", "Grandmother", "Aunt", "Older brother", "Foster carer", "Family friend")
SHORT = (
    "Mornings are the hardest part of the day", "Help with getting to school on time", "A quiet place to do homework", "Regular visits to the stay and play",
    "They would like to meet at home", "We will talk about it at the next visit", "A call from the housing officer", "Things have settled since the spring",
)  # fmt: skip
SENTENCES = (
    "Mornings are hard and the children are often late for school.",
    "{name} is kind, funny and loves to draw.",
    "The family has lived here for two years and knows the neighbours well.",
    "Sleep has been poor since the move, and everybody is tired.",
    "{name} talks openly with the learning mentor and asks for help when it is needed.",
    "Money is tight at the end of the month; the food bank has helped twice.",
    "Both parents want the same thing: calmer evenings and fewer arguments.",
    "The flat is damp, and the landlord has been told about it in writing.",
    "School says attendance has gone up since the breakfast club began.",
    "{name} has a good friend next door and sees their grandmother every Sunday.",
    "We agreed small steps, and who does what by when.",
    "The health visitor will call again and weigh the baby.",
    "Nobody has been hurt, but the shouting frightens the younger ones.",
    "The family asked for somebody who speaks their language.",
    "They said that being listened to made the biggest difference.",
)


@dataclass
class MadeUp:
    """What a drawer makes an answer from: chance, today's date, and the values that the form's conditions look for."""

    random: Random
    today: date
    sought: Sequence[Any] = field(default_factory=list)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of several things."""
        return things[int(self.random.random() * len(things))]

    def happens(self, often: float) -> bool:
        """True so often out of one."""
        return self.random.random() < often

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        return low + int(self.random.random() * (high - low + 1))

    def sought_among(self, known: Sequence[Any]) -> list[Any]:
        """Those of the known values that conditions look for."""
        return [each for each in self.sought if each in known]

    def digits(self, count: int) -> str:
        """A run of digits."""
        return "".join(self.one_of("0123456789") for _ in range(count))

    def full_name(self) -> str:
        """First and last name."""
        return f"{self.one_of(FIRST)} {self.one_of(LAST)}"

    def phone(self) -> str:
        """A telephone number kept for drama."""
        return self.one_of(("01632 960", "07700 900")) + self.digits(3)

    def email(self) -> str:
        """An address that reaches nobody."""
        return f"{self.one_of(FIRST)}.{self.number(1, 99)}@example.org".lower()

    def postcode(self) -> str:
        """A postcode of a district that there is not."""
        return f"E{self.number(30, 39)} {self.number(1, 9)}{self.one_of('ABDEFGHJLN')}{self.one_of('PQRSTUWXYZ')}"

    def street(self) -> str:
        """House number and street."""
        return f"{self.number(1, 180)} {self.one_of(STREETS)}"

    def prose(self, sentences: int) -> str:
        """So many sentences about a made-up family."""
        name = self.one_of(FIRST)
        return " ".join(self.one_of(SENTENCES).format(name=name) for _ in range(sentences))

    def words_for(self, question: Question) -> str:
        """One line of words that suits what the question asks, as far as its binding, its completion or its label tell."""
        told = (f"{question.record} {question.autocomplete} {question.label}".lower(), question.short.lower())
        return next((make(self) for words in told for pattern, make in _SUITING if re.search(pattern, words)), None) or self.one_of(SHORT)

    def day_for(self, question: Question) -> date:
        """A day that suits what the question asks: a birth lies years back, what is to come ahead, anything else not long ago."""
        told = f"{question.id} {question.record} {question.label}".lower()
        if re.search("birth|born", told):
            return self.today - timedelta(days=self.number(7000, 20000) if re.search("adult|parent|carer", told) else self.number(30, 6500))
        if re.search(r"\b(by when|will|next|due|until|expected|end)\b", told):
            return self.today + timedelta(days=self.number(0, 120))
        return self.today - timedelta(days=self.number(0, 60))


_SUITING: tuple[tuple[str, Callable[[MadeUp], str]], ...] = (
    (r"first[ _]name|given-name|other names|likes to be called", lambda made: made.one_of(FIRST)),
    (r"last[ _]name|family-name|surname", lambda made: made.one_of(LAST)),
    (r"greet", lambda made: f"Dear {made.one_of(FIRST)}"),
    (r"job and organisation", lambda made: f"{made.one_of(JOBS)}, {made.one_of(ORGANISATIONS)}"),
    (r"organization-title|\bjob\b", lambda made: made.one_of(JOBS)),
    (r"reference|number", lambda made: f"EX-{made.digits(5)}"),
    (r"who (they )?are (they )?to|what they are to|relationship", lambda made: made.one_of(RELATIONS)),
    (r"^\W*(who|with whom|written by|seen by|checked by|agreed with|which manager|named person|midwife|health visitor|school nurse|(full |your )?name\b(?! of))", lambda made: made.full_name()),
    (r"\bschool\b|nursery|college", lambda made: made.one_of(SCHOOLS)),
    (r"^\W*(place|where|(which|name of the) place)|\broom\b", lambda made: made.one_of(PLACES)),
    (r"reach (it|them|the)|phone", lambda made: made.phone()),
    (r"organisation|organization|\bservice\b|\bteam\b|\bgp\b|practice", lambda made: made.one_of(ORGANISATIONS)),
    (r"\btown\b|\bcouncil\b", lambda made: made.one_of(TOWNS)),
    (r"pronouns", lambda made: made.one_of(("she/her", "he/him", "they/them"))),
    (r"days and times", lambda made: f"{made.one_of(('Monday', 'Tuesday', 'Thursday'))}s after {made.number(2, 5)}pm"),
    (r"\bname\b|person\b", lambda made: made.full_name()),
)
"""What to write for a label or binding with such words in it; the first that fits."""
