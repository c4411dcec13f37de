"""What is chosen on the import page."""

from __future__ import annotations

from dataclasses import dataclass, field

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.import_log import ASSUMED_WEEKS
from footdrop_analytics.importing.recognise.profile import Answers
from footdrop_analytics.wording.language import SOURCE
from footdrop_analytics.wording.words import not_one_of


@dataclass(frozen=True, kw_only=True)
class ImportSettings:
    """What a person said beside the files.

    Attributes
    ----------
    folder : str
        The study folder into which the log is to go; what earlier imports left there is used.
    answers : Answers
        What was answered so far.
    plan : str
        Plans in a few words, one to a line.
    assume_plan : str
        The first weeks whose log stands for the plan; blank for none.
    why_not : str
        Why nothing can be saved here, in English; blank if it can.
    language : str
        The language of the words.
    """

    folder: str = ""
    answers: Answers = field(default_factory=Answers)
    plan: str = ""
    assume_plan: str = ""
    why_not: str = ""
    language: str = SOURCE

    def __post_init__(self) -> None:
        if self.assume_plan and self.assume_plan not in ASSUMED_WEEKS:
            raise ParameterError(not_one_of("assume_plan", ASSUMED_WEEKS, self.assume_plan))
