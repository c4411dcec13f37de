"""One look: the sentence, the story since the last visit and change of plan, few words before anything is unfolded."""

from __future__ import annotations

from html.parser import HTMLParser

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.patient.notes import reviews_of
from footdrop_analytics.patient.series import exercise_parts
from footdrop_analytics.patient.story import course, story
from tests.each import each
from tests.studies import AS_OF, Log, ago, study_of

MOST_WORDS = 700
VISIT, NO_FALL = "Since the last visit on", "no fall or near fall recorded."


class _Unfolded(HTMLParser):
    """The words in sight: of what is folded only its summary."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = 0
        self._folded: list[bool] = []
        self._in_summary = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self._folded.append("open" not in dict(attrs))
        self._in_summary += tag == "summary"

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._folded.pop()
        self._in_summary -= tag == "summary"

    def handle_data(self, data: str) -> None:
        outer = self._folded[:-1] if self._in_summary else self._folded
        self.words += 0 if any(outer) else len(data.split())


def test_a_page_has_few_words_before_anything_is_unfolded(demo: fd.Analysis) -> None:
    for patient in demo.caseload["patient_id"].astype(str):
        panels = patient_view(demo, PatientSettings(patient_id=patient, records=True)).panels
        shown = {name: _Unfolded(html).words for name, html in panels.items()}
        assert 50 < sum(shown.values()) <= MOST_WORDS, (patient, shown)
        assert list(panels)[:4] == ["head", "summary", "flags", "glance"]


def _told(log: Log) -> tuple[str, list[str]]:
    analysis = fd.analyse(study_of(P=log), as_of=AS_OF).for_patient("P")
    context = Context(PatientTables(analysis), "P")
    parts = exercise_parts(context)
    return story(context, parts), [course(context, part) for part in parts]


def _log() -> Log:
    """Levels of 10, and of 6 for the latest ten days."""
    return Log(days=40).changed(10, reps=6).planned(reps=12)


@each(
    "log, said, courses",
    [
        (_log(), "", ["now 6 · goal 12"]),
        (
            _log().visit(12),
            "Since the last visit on 19 Mar 2026: Heel raise, left 10 → 6; no fall or near fall recorded.",
            ["last visit 10 · now 6 · goal 12"],
        ),
        (
            # The day of the visit and what was before it are not since it; one fall told twice is one.
            _log().visit(12).event("fall", 12).event("fall", 3).checkin(3, fell="yes", near_falls=2)
            .event("near_fall", 3).event("fall", 2).checkin(1, near_falls=1),
            "Since the last visit on 19 Mar 2026: Heel raise, left 10 → 6; 2 falls and 3 near falls.",
            ["last visit 10 · now 6 · goal 12"],
        ),
        (
            _log().version(12, load_kg=2).changed(12, load_kg=2).visit(12),
            "Since the visit and the change of plan on 19 Mar 2026: Heel raise, left 10 → 6 (load not set → 2); "
            f"{NO_FALL}",
            ["last visit 10 · now 6 · goal 12"],
        ),
        (
            _log().version(20, reps=15).visit(2),
            f"{VISIT} 29 Mar 2026: {NO_FALL} Since the last change of plan on 11 Mar 2026: Heel raise, left 10 → 6 "
            f"(target 12 → 15); {NO_FALL}",
            ["last visit 6 · now 6 · goal 15"],
        ),
        (_log().visit(0), f"{VISIT} 31 Mar 2026 there is no further day.", ["last visit 6 · now 6 · goal 12"]),
        # Repetitions with help measure the helper, also before the plan changed.
        (_log().planned(mode="assisted").visit(12), f"{VISIT} 19 Mar 2026: {NO_FALL}", ["goal 12"]),
        (
            _log().planned(mode="assisted").version(12, mode="active").changed(12, mode="active"),
            "Since the last change of plan on 19 Mar 2026: no fall or near fall recorded.",
            ["now 6 · goal 12"],
        ),
        # Nothing was logged in the four weeks before the visit.
        (_log().without(*range(12, 40)).visit(12), f"{VISIT} 19 Mar 2026: {NO_FALL}", ["now 6 · goal 12"]),
    ],
)  # fmt: skip
def test_the_story_since_the_last_visit_and_change_of_plan(log: Log, said: str, courses: list[str]) -> None:
    assert _told(log) == (said, courses)


def test_what_comes_later_than_the_as_of_day_is_no_part_of_the_story() -> None:
    log = _log().visit(20)
    log.add("visits", visited_on=ago(-5)).add("events", kind="fall", occurred_on=ago(-3))
    analysis = fd.analyse(study_of(P=log), as_of=AS_OF).for_patient("P")
    context = Context(PatientTables(analysis), "P")
    assert "11 Mar 2026" in story(context, exercise_parts(context))
    assert "fall recorded" in story(context, exercise_parts(context))


def test_flags_about_one_happening_stand_together_the_most_severe_first() -> None:
    log = Log().event("near_fall", 1).event("fall", 3).event("near_fall", 4).event("dizziness", 2)
    panel = patient_view(fd.analyse(study_of(P=log), as_of=AS_OF), PatientSettings(patient_id="P")).panels["flags"]
    before, _, inside = panel.partition('<ul class="also">')
    inside, _, after = inside.partition("</ul>")
    assert ("Fall on 28 Mar 2026" in before, "2 near falls" in inside, "Dizziness" in after) == (True, True, True)
    assert "Dizziness" not in before + inside
    assert panel.count("28 Mar 2026") == 1, "the message says the day"


def test_a_sign_says_the_interval_of_its_number() -> None:
    view = patient_view(fd.analyse(study_of(P=Log()), as_of=AS_OF), PatientSettings(patient_id="P"))
    assert '<div class="meaning"><p>95 % interval ' in view.panels["glance"].replace("\u00a0", " ")


def test_of_two_reviews_on_one_day_the_later_one_is_said() -> None:
    said = {" 09:00": "keep", " 15:00": "harder"}
    for clocks in (list(said), list(said)[::-1]):
        log = Log()
        for clock in clocks:
            what = {"subject": "readiness", "exercise": "heel_raise", "decision": said[clock]}
            log.add("reviews", reviewed_at=ago(1, clock), **what)
        context = Context(PatientTables(fd.analyse(study_of(P=log), as_of=AS_OF)), "P")
        [part] = exercise_parts(context)
        assert [one.words.rpartition(": ")[2] for one in reviews_of(context, part.exercise.key, part.side)] == [
            "harder",
            "keep",
        ]
