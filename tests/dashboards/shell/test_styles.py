"""By night a dashboard is dark, on paper white, and its words can be read on either."""

from __future__ import annotations

import re
from typing import Any

import pytest

from footdrop_analytics.dashboards.shell.page import style_sheet

pytestmark = pytest.mark.browser

BODY = """<div class="fd-dashboard"><p>ink</p><p class="soft">soft</p><a href="#x">link</a><span class="red">
<b class="severity">red</b></span><span class="amber"><b class="severity">amber</b></span>
<button class="jupyter-button mod-active">on</button><b class="sign paused">P</b><b class="sign done">o</b></div>"""
CONTRASTS = """() => {
    const rgb = (one, name) => getComputedStyle(one)[name].match(/[\\d.]+/g).map(Number);
    const light = (one) => [0.2126, 0.7152, 0.0722].reduce((sum, part, at) => {
        const share = one[at] / 255;
        return sum + part * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
    }, 0);
    const ground = (one) => {
        const found = rgb(one, "backgroundColor");
        return (found[3] ?? 1) > 0 ? found : ground(one.parentElement);
    };
    const root = document.querySelector(".fd-dashboard");
    const seen = [...root.querySelectorAll("p, a, b, button")].map((one) => {
        // Stripes are lighter than what lies below them.
        const below = one.classList.contains("paused") ? [228, 231, 235] : ground(one);
        const [high, low] = [light(rgb(one, "color")), light(below)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
    });
    return [light(ground(root)), Math.min(...seen)];
}"""


def test_no_rule_asks_every_row_of_a_table_what_is_in_it() -> None:
    """A browser works it out anew for every row whenever a chart is drawn: two thirds of the wait for a patient."""
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(), flags=re.DOTALL)
    rules = re.findall(r"[^{}]*:has\([^{]*", sheet)
    assert rules
    assert not [one for one in rules if re.search(r"table|tbody|\bt[rdh]\b|\.wide|\.log|\.what|fd-patients", one)]


def test_a_dashboard_is_dark_by_night_and_can_be_read(chromium: Any) -> None:
    context = chromium.new_context(offline=True)
    page = context.new_page()
    for night, body, scheme, media in (
        (False, 'data-jp-theme-light="true"', "dark", "screen"),
        (True, 'data-jp-theme-light="false"', "light", "screen"),
        (True, 'data-jp-theme-light="true" data-voila="voila"', "dark", "screen"),
        (False, 'data-jp-theme-light="true" data-voila="voila"', "light", "screen"),
        (False, 'data-jp-theme-light="false" data-voila="voila"', "dark", "print"),
    ):
        page.emulate_media(color_scheme=scheme, media=media)
        page.set_content(f"<style>{style_sheet()}</style><body {body}>{BODY}</body>")
        ground, contrast = page.evaluate(CONTRASTS)
        assert ground < 0.05 if night else ground > 0.9, (body, scheme, media)
        assert contrast >= 4.5, (body, scheme, media, contrast)
    context.close()
