"""The patient's sheet in every language: all words there, plural forms, and nothing left in English."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.catalog import Message

import footdrop_analytics as fd
from footdrop_analytics.dashboards.view import counted_in_html
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.wording.language import LANGUAGES, SOURCE, Language, in_language, plural, translated
from footdrop_analytics.wording.words import day, days, number, percent, quantity, short_day
from tests.project._tree import PACKAGE, ROOT, parsed
from tests.wording.catalogues import CALLS, LOCALE, sources, words_of
from tests.wording.made_up import made_up

OTHERS = [code for code in LANGUAGES if code != SOURCE]
_PLACEHOLDER = re.compile(r"\{\w*\}")


def _forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


def test_no_word_is_missing_and_none_is_left_over() -> None:
    wanted = [one.id for one in sources() if one.id]
    assert len(wanted) > 150
    assert {path.stem for path in LOCALE.glob("*.po")} == set(OTHERS)
    for code in OTHERS:
        words = words_of(code)
        missing = [
            one
            for one in wanted
            if (found := words.get(one)) is None
            or found.fuzzy
            or not all(_forms(found))
            or len(_forms(found)) != (words.num_plurals if isinstance(one, tuple) else 1)
        ]
        assert (code, len(missing), missing) == (code, 0, [])
        left_over = [one.id for one in words if one.id and one.id not in wanted]
        assert (code, left_over) == (code, [])


def test_what_english_counts_in_one_form_is_singular_and_plural_elsewhere() -> None:
    said = {}
    for code in (SOURCE, "fr"):
        with in_language(code):
            said[code] = [counted_in_html("{count} check the decline", count) for count in (1, 2)]
    assert said == {
        "en": ["1 check the decline", "2 check the decline"],
        "fr": ["1 baisse à vérifier", "2 baisses à vérifier"],
    }


def test_every_text_is_found_where_it_stands() -> None:
    """What looks for texts does not look into an f-string."""
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in sources() if one.id}
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(parsed(path)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) in CALLS and call.args:
                text = call.args[0]
                if isinstance(text, ast.Constant) and text.value:
                    assert text.value in known, (path.name, call.lineno)


def test_every_form_has_the_placeholders_of_its_source() -> None:
    for code in OTHERS:
        for one in words_of(code):
            if one.id:
                english = one.id if isinstance(one.id, tuple) else (one.id,)
                wanted = [sorted(_PLACEHOLDER.findall(form)) for form in english]
                for at, form in enumerate(_forms(one)):
                    # The form of one may leave the number out; the others need all that the English plural has.
                    assert sorted(_PLACEHOLDER.findall(form)) in (wanted if at == 0 else wanted[-1:]), (code, form)
                    # What stands at an end of a text meets what stands beside it.
                    assert form == form.strip(), (code, form)


def test_sentences_are_as_short_as_the_english_ones() -> None:
    english = _words_a_sentence([one.id[0] if isinstance(one.id, tuple) else one.id for one in sources() if one.id])
    assert english < 8
    for code in OTHERS:
        assert _words_a_sentence([_forms(one)[0] for one in words_of(code) if one.id]) < 1.15 * english, code


def _words_a_sentence(texts: list[str]) -> float:
    sentences = [one for text in texts for one in re.split(r"[.!?:]\s", text)]
    return sum(len(re.findall(r"\w+", one)) for one in sentences) / len(sentences)


def test_counts_days_and_numbers_are_those_of_the_language() -> None:
    said = {}
    for code in LANGUAGES:
        with in_language(code):
            rounds = [quantity("{count} round", "{count} rounds", count) for count in (0, 1, 2, 1.5)]
            moment = date(2026, 3, 3)
            said[code] = [*rounds, day(moment), short_day(moment), number(12345.5), percent(0.004)]
    assert said == {
        "en": ["0 rounds", "1 round", "2 rounds", "1.5 rounds", "3 Mar 2026", "3 Mar", "12,345.5", "< 1 %"],
        "de": ["0 Durchgänge", "1 Durchgang", "2 Durchgänge", "1,5 Durchgänge", "3. März 2026", "3. März", "12.345,5",
               "< 1\u00a0%"],
        "fr": ["0 série", "1 série", "2 séries", "1,5 séries", "3 mars 2026", "3 mars", "12\u202f345,5", "< 1\u00a0%"],
        "es": ["0 series", "1 serie", "2 series", "1,5 series", "3 mar 2026", "3 mar", "12.345,5", "< 1\u00a0%"],
    }  # fmt: skip
    with in_language("fr"):
        assert days(date(2026, 3, 3), date(2026, 3, 30)) == "du 3 mars au 30 mars 2026"
        assert (day(date(2026, 1, 1)), short_day(date(2026, 9, 1))) == ("1er janv. 2026", "1er sept.")
        assert day(date(2026, 1, 11)) == "11 janv. 2026"


def test_what_has_no_words_is_said_in_english_and_a_strangers_braces_stay() -> None:
    with in_language("de"):
        assert translated("Lift {0.__class__} heels") == "Lift {0.__class__} heels"
        assert translated("") == ""
        assert plural("{n} ankle", "{n} ankles", 2, n=2) == "2 ankles"
        with in_language("fr"):
            assert translated("standing") == "debout"
        assert translated("standing") == "im Stehen"
    assert translated("standing") == "standing"


def test_a_language_that_is_not_there_is_refused(tmp_path: Path) -> None:
    analysis = fd.analyse(_study(tmp_path))
    with pytest.raises(
        ParameterError, match=r"language: expected one of en \(English\), de \(Deutsch\), .* found 'xx'"
    ):
        fd.write_report(analysis, "P", tmp_path / "x.html", audience="patient", language="xx")
    assert not (tmp_path / "x.html").exists()


def test_a_sheet_says_its_language_and_that_nobody_has_reviewed_it(tmp_path: Path) -> None:
    analysis = fd.analyse(_study(tmp_path))
    not_reviewed = "No clinician who speaks this language has reviewed this translation yet."
    for code in LANGUAGES:
        sheet = fd.write_report(analysis, "P", tmp_path / f"{code}.html", audience="patient", language=code)
        text = sheet.read_text("utf-8")
        assert f'<html lang="{code}" dir="ltr">' in text
        with in_language(code):
            assert (translated(not_reviewed) in text) == (code != SOURCE)
    for code in ("en", "de"):
        index = fd.write_reports(analysis, tmp_path / "both", audience="patient", language=code)
        links = re.findall(r'href="([^"]*\.html)"', index.read_text("utf-8"))
        assert len(links) == 2
        for link in links:
            assert f'lang="{code}"' in (tmp_path / "both" / link).read_text("utf-8")
    assert "reviewed" not in (tmp_path / "en.html").read_text("utf-8")


_FROM_FILES = ("SIM-", "Call 12", "P", "Q", "lost.txt", "sessions.csv", "mood")


def test_no_english_word_is_left_on_a_sheet_in_a_made_up_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = made_up(monkeypatch)
    demo = fd.read_study(ROOT / "data" / "demo", today="2026-11-30")
    analyses = [fd.analyse(demo), fd.analyse(demo, as_of="2025-11-10"), fd.analyse(_study(tmp_path))]
    sheets = 0
    for place, analysis in enumerate(analyses):
        folder = tmp_path / str(place)
        fd.write_reports(analysis, folder, audience="patient", language=code, contact="Call 12")
        for path in folder.glob("*.html"):
            if not path.name.startswith("index"):
                sheets += 1
                seen = _seen(path.read_text("utf-8"))
                for own in (*_FROM_FILES, *analysis.study.prescriptions["resistance"].dropna().unique()):
                    seen = seen.replace(own, "")
                assert re.findall(r"[A-Za-z]+", seen) == [], (path.name, seen)
    assert sheets > 20


def test_no_text_of_the_sheet_stands_where_it_is_not_translated() -> None:
    template = (PACKAGE / "report" / "templates" / "patient.html.j2").read_text("utf-8")
    code = r"\{% block kind %\}\w+|\{\{.*?\}\}|\{%.*?%\}|<[^>]*>"
    assert not re.search("[A-Za-z]", re.sub(code, "", re.sub(r"\{\{.*?\}\}", "", template)))
    tree = parsed(PACKAGE / "report" / "patient_letter.py")
    left_out = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Raise | ast.Expr)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("translated", "quantity", "marked"))
    ]  # fmt: skip
    told = {id(inside) for node in left_out for inside in ast.walk(node)}
    texts = [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in told]
    assert [one for one in texts if isinstance(one, str) and re.search("[A-Za-z] [A-Za-z]", one)] == []


def _seen(page: str) -> str:
    """What a person sees or hears of a page: its texts, labels, and the line on every printed page."""
    printed = " ".join(re.findall(r'"([^"]*)"', "".join(re.findall(r"content: ([^;]*);", page))))
    printed = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), printed)
    labels = re.findall(r'(?:label|title|alt)="([^"]*)"', page)
    bare = re.sub(r"<style>.*?</style>|<script.*?</script>", " ", page, flags=re.DOTALL)
    return " ".join([re.sub(r"<[^>]*>", " ", bare), *labels, printed])


def _study(folder: Path) -> fd.Study:
    """Two patients with every way of doing an exercise, and a study in which not all could be read."""
    source = folder / "study"
    if not source.exists():
        source.mkdir()
        plan = {"start_date": "2026-01-05", "days_per_week": 2.5, "sessions_per_day": 2, "sets": 2, "reps": 10}
        stand = {"exercise": "single_leg_stand", "position": "standing"}
        ways: list[dict[str, object]] = [
            {"exercise": "heel_raise", "position": "standing", "support": "two_hands"},
            {"exercise": "heel_raise", "side": "right", "position": "lying", "mode": "resisted", "load_kg": 2},
            {"exercise": "ankle_eversion", "side": "both", "mode": "resisted", "resistance": "red-band"},
            {"exercise": "ankle_inversion", "mode": "resisted", "orthosis": "afo", "days_per_week": 7},
            {"exercise": "ankle_inversion", "side": "right", "orthosis": "fes", "sessions_per_day": 1, "reps": None},
            {"exercise": "hip_rotation", "mode": "passive", "sets": 1, "reps": None},
            {
                "exercise": "single_leg_stand",
                "position": "standing",
                "support": "fingertip",
                "reps": None,
                "hold_s": 15,
            },
            {**stand, "side": "right", "support": "none", "hold_s": 5},
        ]
        plans = [{"patient_id": "P", "side": "left", **plan, **way} for way in ways]
        plans.append({"patient_id": "Q", "side": "left", **plan, **ways[0]})
        pd.DataFrame(plans).to_csv(source / "prescriptions.csv", index=False)
        done = [
            {
                "patient_id": "P",
                "performed_at": f"2026-01-{at:02d}",
                "reps": 8,
                "hold_s": None,
                "exercise": "heel_raise",
            }
            for at in (6, 7, 8)
        ]
        done += [{**done[0], "reps": 1, "exercise": "no such"}]
        log = pd.DataFrame(done).assign(side="left", mood="fine")
        log.to_csv(source / "sessions.csv", index=False)
        pd.DataFrame(
            {"patient_id": [None, "P"], "occurred_on": "2026-01-07", "kind": "fall", "exercise": "single_leg_stand"}
        ).to_csv(source / "events.csv", index=False)
        (source / "lost.txt").write_text("a note", encoding="utf-8")
    return fd.read_study(source, today="2026-01-20")


def test_from_right_to_left_the_sheet_has_days_of_the_language_and_no_fixed_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LANGUAGES, "ar", Language("ar", "العربية"))
    analysis = fd.analyse(_study(tmp_path))
    page = fd.write_report(analysis, "P", tmp_path / "ar.html", audience="patient", language="ar").read_text("utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    report = fd.write_report(analysis, "P", tmp_path / "report.html", language="ar").read_text("utf-8")
    assert '<html lang="ar" dir="rtl">' in report
    assert "8 يناير 2026" in page
    assert "Your exercises" in page
    style = (PACKAGE / "report" / "templates" / "style.css").read_text("utf-8")
    assert not re.search(r"(border|padding|margin|align|float)(-|: )(left|right)|[ {;](left|right):", style)
