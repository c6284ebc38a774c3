"""Trying a form's scenarios in its council: the form itself, the move that follows, and the text of the documents made. Keeps nothing."""

from portal.scenarios.files import examples_of, scenarios_beside, text_beside
from portal.scenarios.gate import HELD_BACK, in_the_way
from portal.scenarios.run import Report, ScenarioResult, Uncovered, names_of, run_scenarios, try_text

__all__ = ["HELD_BACK", "Report", "ScenarioResult", "Uncovered", "examples_of", "in_the_way", "names_of", "run_scenarios", "scenarios_beside", "text_beside", "try_text"]
