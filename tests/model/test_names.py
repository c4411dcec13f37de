"""Names compared as people read them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from footdrop_analytics.model.names import as_people_read, joined

ALIKE = [
    ["Fell?", "fell", "FELL ", "f\u200bell", "ｆｅｌｌ", "'fell'", "fe\u00adll", "\ufefffell"],
    ["end_date", "End date", "End  Date:", "end-date", "end–date", "end\u00a0date", "end.date", "end\u2011date"],
    ["can't lift", "can’t lift", "can`t_lift", "can´t lift", "cant  lift"],
    ["pain_0_10", "Pain (0-10)", "pain 0–10", "pain 0−10"],
    ["Zoë", "Zoe\u0308", "ZOË"],
    ["straße", "STRASSE"],
    ["✓", "✓\ufe0f"],
]


def test_what_people_read_alike_is_alike_and_nothing_else() -> None:
    for alike in ALIKE:
        assert len({as_people_read(one) for one in alike}) == 1, alike
    assert len({as_people_read(alike[0]) for alike in ALIKE}) == len(ALIKE)
    assert as_people_read("Near   falls (number)") == "near falls number"
    assert joined("Check-ins") == joined("checkins") != joined("check")
    assert as_people_read("--- ?") == as_people_read("\u3164") == ""
    assert as_people_read("+") == "+"
    assert as_people_read("toe raise") != as_people_read("toeraise")


@given(st.text())
def test_reading_twice_is_reading_once(text: str) -> None:
    once = as_people_read(text)
    assert as_people_read(once) == once == once.strip()
    assert as_people_read(f" {text}?\u200b") == once
