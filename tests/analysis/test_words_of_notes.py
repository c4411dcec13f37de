"""Words to read in notes, in the languages that people write them in."""

from __future__ import annotations

import json

import numpy as np

from footdrop_analytics.analysis.flags.notes import _highest_named, _may_be_a_fall, has_words
from footdrop_analytics.knowledge import load_flag_rules
from tests.each import each
from tests.studies import Log

RULES = load_flag_rules().flags
TO_READ = {
    "en": "nearly fell|FALLEN on the stairs|numb toes|chest pain|slipped on the mat",
    "de": (
        "bin gestern in der Küche gefallen|Auf der Treppe GESTÜRZT|gestuerzt, nichts passiert|Treppensturz"
        "|über den Teppich gestolpert|im Bad ausgerutscht|Fuß ist taub|Kribbeln im Fuß|Blase am Zeh"
        "|Brustschmerzen beim Üben|Atemnot|mir war schwindelig|Ohnmacht nach dem Aufstehen|schwarz vor Augen"
        "|Krampfanfall am Abend|Sprache verwaschen|Gesicht hängt|alles verschwommen|Bein ist schwächer"
        "|kann den Fuß nicht mehr heben|Wadenschwellung|Wade geschwollen|Schwellung am Knöchel"
        "|Druckstelle von der Schiene|war im Krankenhaus|Notaufnahme|Harndrang|Harnverhalt seit gestern"
    ),
    "fr": (
        "chute dans l’escalier|je suis tombée|TOMBÉ ce matin|trébuché sur le tapis|j’ai glissé dans la douche"
        "|pied engourdi|fourmillements|problème de vessie|douleur à la poitrine|essoufflée|vertiges|malaise"
        "|j’ai perdu connaissance|convulsions|du mal à parler|visage de travers|vue floue|jambe plus faible"
        "|mollet gonflé|douleur au mollet|ampoule au talon|la plaie saigne|à l’hôpital|urgences"
    ),
    "es": (
        "me caí en el baño|CAÍDA en casa|caida sin lesión|se cayó ayer|tropecé con la alfombra|resbalé"
        "|pie entumecido|hormigueo|problemas de vejiga|dolor en el pecho|falta de aire|mareos|me desmayé"
        "|convulsión|no puedo hablar bien|la cara torcida|visión borrosa|más débil que ayer|pantorrilla hinchada"
        "|hinchazón del tobillo|ampolla en el dedo|una herida que sangra|en el hospital|urgencias"
    ),
}
NOT_TO_READ = {
    "en": "walked in the harness|easier than last week|band was too light",
    "de": (
        "gut gegangen|Übung im Sitzen, rechts besser|Wade gedehnt|auf dem Stuhl geübt|Band war zu leicht"
        "|Fallfuß heute besser|in der Klinik geübt"
    ),
    "fr": (
        "bien passé|un peu dur à la fin|élastique rouge|articulation souple|assise sur la chaise|au sol sur le tapis"
    ),
    "es": ("todo bien|sentado en la silla|con banda roja|un poco cansado|tobillo más suelto|casi llego al objetivo"),
}


def _read(rule: str, texts: str) -> dict[str, bool]:
    each = texts.split("|")
    return dict(zip(each, has_words(np.array(each, dtype=object), RULES[rule].words).tolist(), strict=True))


@each("language", TO_READ)
def test_notes_to_read_are_found_and_others_are_not(language: str) -> None:
    missed = [text for text, found in _read("words_to_read", TO_READ[language]).items() if not found]
    assert missed == []
    wrong = [text for text, found in _read("words_to_read", NOT_TO_READ[language]).items() if found]
    assert wrong == []


def test_words_for_a_fall_are_those_of_rejected_reports_too() -> None:
    falls = "Treppensturz|bin gestürzt|hingefallen|une chute|tombée|me caí|caída"
    assert all(_read("rejected_report", falls).values())
    assert all(_read("words_to_read", falls).values())
    assert set(RULES["rejected_report"].words) - set(RULES["words_to_read"].words) == {
        *("on the floor", "on the ground", "am boden", "auf dem boden", "par terre", "au sol", "en el suelo")
    }


def test_a_note_in_another_language_is_quoted_in_a_flag() -> None:
    for note in ("Wadenschwellung links", "j’ai fait une chute", "me caí ayer"):
        flag = Log().changed(1, notes=note).flagged("words_to_read").iloc[0]
        assert (flag["severity"], flag["evidence"]) == ("amber", f"“{note}”")


def test_unread_answers_are_understood_as_far_as_they_may_be_a_fall() -> None:
    near = ("beinahe gestürzt", "Beinahe-Sturz", "fast hingefallen", "presque tombée", "quasi-chute", "casi me caigo")
    for text, falls in (("nein", False), ("non", False), ("gestürzt", True), *((one, False) for one in near)):
        told = np.array([_may_be_a_fall(json.dumps({"fell": "", "notes": text}))], dtype=object)
        assert has_words(told, RULES["rejected_report"].words)[0] == falls, text
    assert "fell" not in _may_be_a_fall(json.dumps({"fell": "nein"})).split()
    assert [_highest_named(one) for one in ("3 von 10", "8 sur 10", "2 de 10")] == [3, 8, 2]
