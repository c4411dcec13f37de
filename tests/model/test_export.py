"""The generated files are those of the schemas, and say what reading does."""

from __future__ import annotations

import json
from pathlib import Path

from footdrop_analytics.model.export import data_dictionary, table_schemas, write_schemas
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, REQUIRED_TABLES
from tests.each import each

ROOT = Path(__file__).parents[2]


def test_data_schemas_are_up_to_date(tmp_path: Path) -> None:
    names = sorted(file.name for file in write_schemas(tmp_path))
    assert names == sorted(file.name for file in (ROOT / "data/schemas").glob("*.json"))
    for name in names:
        assert (ROOT / "data/schemas" / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(
            encoding="utf-8"
        )


def test_the_data_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs/data_dictionary.md").read_text(encoding="utf-8") == data_dictionary()


CONTRACT = {
    "sessions": "patient_id* performed_at* exercise* side session_id daypart set_no status skip_reason sets reps "
    "hold_s mode position support load_kg resistance orthosis effort_0_10 pain_0_10 source recorded_at notes",
    "prescriptions": "patient_id* exercise* side start_date* end_date days_per_week weekdays sessions_per_day sets "
    "reps hold_s mode position support load_kg resistance orthosis reason prescriber",
    "patients": "patient_id* affected_side aetiology onset_date birth_year sex site arm clinician usual_pain_0_10 "
    "data_through discharged_on discharge_reason",
    "pauses": "patient_id* exercise start_date* end_date reason",
    "events": "patient_id* occurred_on* kind* during_exercise injury notes",
    "checkins": "patient_id* day* fell near_falls pain_0_10 effort_0_10 fatigue_0_10 notes",
    "visits": "patient_id* visited_on* kind decision next_visit_on notes",
    "reviews": "patient_id* reviewed_at* subject* rule_id day exercise side decision by notes",
    "outcomes": "patient_id* measured_on* measure* value* unit side orthosis aid rater",
}


@each("table", INPUT_TABLES)
def test_the_columns_are_those_of_the_contract(table: str) -> None:
    found = " ".join(f"{spec.name}{'*' if spec.required else ''}" for spec in COLUMNS[table].values())
    assert found == CONTRACT[table]


def test_table_schemas_say_types_limits_words_and_defaults() -> None:
    fields = {field["name"]: field for field in table_schemas()["sessions"]["fields"]}
    assert fields["reps"]["type"] == "integer"
    assert fields["reps"]["constraints"] == {"minimum": 0, "maximum": 1000}
    assert fields["side"]["constraints"]["enum"] == ["left", "right", "both"]
    assert fields["sets"]["default"] == 1
    assert "NA" not in fields["notes"].get("missingValues", [])
    plan = {field["name"]: field for field in table_schemas()["prescriptions"]["fields"]}
    assert plan["hold_s"]["constraints"] == {"exclusiveMinimum": 0, "maximum": 3600}
    assert [table for table, schema in table_schemas().items() if schema["required"]] == list(REQUIRED_TABLES)
    assert all(field["description"] for schema in table_schemas().values() for field in schema["fields"])
    assert json.loads(json.dumps(table_schemas())) == table_schemas()
