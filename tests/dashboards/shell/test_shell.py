"""A shell shows what its view says, nothing before somebody looks, and every error in words."""

from __future__ import annotations

import json

import ipywidgets
import pytest

from footdrop_analytics.dashboards.view import View
from tests.dashboards.pairs import state_of, walk
from tests.dashboards.shell._small import NAME, Choice, Small, look, small, view

CHOICES = [Choice(who=who, days=days) for who in ("Ada", "<Eve>", "nobody") for days in (7, 21, 56)]


def test_nothing_is_shown_before_somebody_looks() -> None:
    shell = small()
    assert NAME not in json.dumps(state_of(shell))
    look(shell)
    assert NAME in json.dumps(state_of(shell))


def test_a_second_browser_changes_nothing() -> None:
    shell = small()
    look(shell)
    shell.change(who="Bob", days=21)
    before = state_of(shell)
    look(shell)
    assert state_of(shell) == before


def test_update_equals_create() -> None:
    updated = small(CHOICES[0])
    look(updated)
    for choice in walk(CHOICES):
        before, created = updated.settings, small(choice)
        look(created)
        updated.change(who=choice.who, days=choice.days)
        assert updated.settings == created.settings == choice
        assert state_of(updated) == state_of(created), (before, choice)


def test_controls_change_the_settings_and_show_them() -> None:
    shell = small()
    look(shell)
    assert (shell.who.value, shell.days.value) == ("Ada", 7)
    shell.who.value = "Bob"
    shell.days.value = 21
    assert shell.settings == Choice(who="Bob", days=21)
    assert shell.panel("head").value == "<p>Bob: 21 days</p>"
    shell.change(who="Ada", days=56)
    assert (shell.who.value, shell.days.value) == ("Ada", 56)
    assert shell.panel("short").value == ""


def test_assigning_is_nobodys_choice() -> None:
    shell = small()
    asked = []
    shell._view = lambda analysis, choice: asked.append(choice) or view(analysis, choice)  # type: ignore[func-returns-value]
    look(shell)
    shell.change(who="Bob", days=14)
    shell.change(who="Bob", days=14)
    assert asked == [Choice(), Choice(who="Bob", days=14)]


def test_an_unexpected_error_is_a_sentence_with_details() -> None:
    shell = small()
    look(shell)
    shell.who.value = "broken"
    shown = shell.alerts.trouble.value
    assert 'role="alert"' in shown
    assert "Something went wrong" in shown
    assert "showed before" in shown
    assert "&lt;b&gt;division&lt;/b&gt;" in shown
    assert "<b>division" not in shown
    assert "fd-stale" in shell.root._dom_classes
    assert shell.alerts.busy.value == ""
    assert shell.who.value == "broken"


def test_our_own_errors_say_themselves() -> None:
    shell = small()
    look(shell)
    shell.who.value = "refused"
    assert "<p>who: expected somebody, found &lt;refused&gt;." in shell.alerts.trouble.value
    assert "<refused>" not in shell.alerts.trouble.value


def test_the_next_good_change_takes_the_error_away() -> None:
    shell = small()
    look(shell)
    shell.days.value = 14
    shell.who.value = "broken"
    shell.days.value = 28
    assert "showed before" in shell.alerts.trouble.value
    shell.who.value = "Bob"
    created = small(Choice(who="Bob", days=28))
    look(created)
    assert state_of(shell) == state_of(created)


def test_going_back_after_an_error_shows_the_view_again() -> None:
    shell = small()
    look(shell)
    shell.who.value = "broken"
    shell.who.value = "Ada"
    assert shell.alerts.trouble.value == ""
    assert "fd-stale" not in shell.root._dom_classes


def test_settings_that_cannot_be_are_said_and_what_is_shown_is_out_of_date() -> None:
    shell = small(Choice(who="Bob"))
    look(shell)
    shell.days.value = 56
    assert "days: not that long for Bob. The dashboard still shows what it showed before." in shell.alerts.trouble.value
    assert "fd-stale" in shell.root._dom_classes
    shell.days.value = 7
    assert shell.alerts.trouble.value == ""
    assert "fd-stale" not in shell.root._dom_classes


def test_an_error_in_the_first_view_is_shown_too() -> None:
    shell = small(Choice(who="broken"))
    look(shell)
    assert "Something went wrong" in shell.alerts.trouble.value
    assert "showed before" not in shell.alerts.trouble.value


def test_what_is_shown_in_part_is_not_said_to_be_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = small()
    look(shell)
    added = ipywidgets.HTML()

    def fails(_view: View) -> None:
        shell.root.children = [*shell.root.children, added]
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(shell, "assign", fails)
        shell.who.value = "Bob"
        assert "Something went wrong while this was worked out. Some of what is" in shell.alerts.trouble.value
    shell.who.value = "refused"
    assert "Some of what is shown may be out of date or missing." in shell.alerts.trouble.value
    assert "showed before" not in shell.alerts.trouble.value
    assert "fd-stale" in shell.root._dom_classes
    assert added.model_id in shell.page.models, "a notebook would store what was added before it failed"
    shell.who.value = "Ada"
    shell.who.value = "refused"
    assert "showed before" in shell.alerts.trouble.value


def test_an_error_beside_the_view_leaves_it_up_to_date() -> None:
    shell = small()
    look(shell)
    shell.guarded(lambda: 1 / 0)()
    assert "Something went wrong" in shell.alerts.trouble.value
    assert "showed before" not in shell.alerts.trouble.value
    assert "fd-stale" not in shell.root._dom_classes
    shell.guarded(lambda: None)()
    assert shell.alerts.trouble.value == ""


def test_work_going_on_is_said() -> None:
    shell = small()
    look(shell)
    said = []
    shell.alerts.busy.observe(lambda change: said.append(change["new"]), "value")
    shell.who.value = "Bob"
    assert len(said) == 2
    assert 'role="status"' in said[0]
    assert said[1] == ""


def test_an_unknown_setting_is_a_mistake_of_ours_and_raises() -> None:
    with pytest.raises(TypeError, match="whom"):
        small().change(whom="Ada")


def test_a_part_shares_the_page_and_waits_for_its_owner() -> None:
    outer = small()
    part = Small(None, Choice(who="Bob"), view, page=outer.page)  # type: ignore[arg-type]
    look(outer)
    assert part.last_view is None
    assert outer.page not in part.root.children
    part.open()
    assert part.panel("head").value == "<p>Bob: 7 days</p>"


def test_no_text_form_reaches_a_notebook() -> None:
    shell = small()
    look(shell)
    assert repr(shell) == ""
    assert {type(one).__name__: repr(one) for one in (shell.page, shell.panel("head"), shell.chart("days"))} == {
        "Page": "", "Panel": "", "ChartPane": ""
    }  # fmt: skip
    bundle = shell._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert bundle["text/plain"] == ""
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == shell.root.model_id
