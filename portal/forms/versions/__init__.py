"""Two versions of one form: what is different, and what becomes of answers given to the earlier one. Pure; which drafts there are is not known here."""

from portal.forms.versions.change import HARMLESS, LOSES_ANSWER, NEEDS_ANSWER, Change, Effect, worst
from portal.forms.versions.compare import compare
from portal.forms.versions.successor import faults_between
from portal.forms.versions.upgrade import Lost, Needed, Told, Upgraded, upgrade

__all__ = [
    "HARMLESS",
    "LOSES_ANSWER",
    "NEEDS_ANSWER",
    "Change",
    "Effect",
    "Lost",
    "Needed",
    "Told",
    "Upgraded",
    "compare",
    "faults_between",
    "upgrade",
    "worst",
]
