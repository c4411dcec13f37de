"""A valid study as files, and what people, programs and disks do to files."""

from __future__ import annotations

import random
from collections.abc import Callable

Files = dict[str, bytes]


def valid_study() -> Files:
    """Two patients, two weeks; P1 fell and had much pain, so that there is something that must not vanish."""
    days = [f"2026-03-{day:02d}" for day in range(2, 16)]
    sessions = [
        f"{patient},{day} 08:30,heel_raise,left,{8 + number % 3},{8 if patient == 'P1' else 1},"
        for patient in ("P1", "P2")
        for number, day in enumerate(days)
    ]
    return {
        "sessions.csv": _csv("patient_id,performed_at,exercise,side,reps,pain_0_10,notes", sessions),
        "prescriptions.csv": _csv(
            "patient_id,exercise,side,start_date,days_per_week,reps",
            ["P1,heel_raise,left,2026-03-02,7,10", "P2,heel_raise,left,2026-03-02,7,10"],
        ),
        "events.csv": _csv("patient_id,occurred_on,kind,injury,notes", ["P1,2026-03-14,fall,no,in the kitchen"]),
        "checkins.csv": _csv("patient_id,day,fell,near_falls", [f"P1,{day},no,0" for day in days[:10]]),
    }


def _csv(header: str, rows: list[str]) -> bytes:
    return "\n".join([header, *rows, ""]).encode("utf-8")


def _lines(content: bytes) -> list[list[str]]:
    return [line.split(",") for line in content.decode("utf-8", "replace").splitlines()]


def _joined(lines: list[list[str]]) -> bytes:
    return "".join(",".join(cells) + "\n" for cells in lines).encode("utf-8")


def _flip(rng: random.Random, files: Files, name: str) -> None:
    content = bytearray(files[name])
    content[rng.randrange(len(content))] = rng.randrange(256)
    files[name] = bytes(content)


def _cut(rng: random.Random, files: Files, name: str) -> None:
    files[name] = files[name][: rng.randrange(1, max(2, len(files[name])))]


def _quote(rng: random.Random, files: Files, name: str) -> None:
    lines = _lines(files[name])
    row = rng.choice(lines[1:] or lines)
    at = rng.randrange(len(row))
    row[at] = rng.choice(['"', '"tired', '5"', '"a ""b']) + row[at]
    files[name] = _joined(lines)


def _cell(rng: random.Random, files: Files, name: str) -> None:
    lines = _lines(files[name])
    row = rng.choice(lines[1:] or lines)
    row[rng.randrange(len(row))] = rng.choice(
        ["", "2-3", "10 reps", "NA", "x" * 500, "-1", "03/04/2026", "\u200b", "L", "✓"]
    )
    files[name] = _joined(lines)


def _slip(rng: random.Random, files: Files, name: str) -> None:
    """A name of a column with one letter twice, an invisible one, a blank or a question mark."""
    lines = _lines(files[name])
    at = rng.randrange(len(lines[0]))
    header = lines[0][at]
    if not header:  # another mutation has emptied it
        return
    place = rng.randrange(len(header))
    lines[0][at] = rng.choice(
        [
            header[:place] + header[place] + header[place:],
            header[:place] + "\u200b" + header[place:],
            header.replace("_", " ").title() + "?",
            header.upper(),
        ]
    )
    files[name] = _joined(lines)


def _row(rng: random.Random, files: Files, name: str) -> None:
    lines = _lines(files[name])
    at = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
    change: Callable[[], object] = rng.choice(
        [
            lambda: lines.pop(at),
            lambda: lines.insert(at, lines[at]),
            lambda: lines[at].append("more"),
            lambda: lines[at].pop(),
        ]
    )
    change()
    files[name] = _joined(lines)


def _rename(rng: random.Random, files: Files, name: str) -> None:
    stem = name.removesuffix(".csv")
    new = rng.choice(
        [f"{stem[:-1]}.csv", f"sub/{name}", f"{stem}.json", f"my {stem}.csv", f"{stem.upper()}.CSV", f"{stem}.ods"]
    )
    files[new] = files.pop(name)


MUTATIONS: tuple[Callable[[random.Random, Files, str], None], ...] = (
    _flip, _cut, _quote, _cell, _slip, _row, _rename,
)  # fmt: skip


def mutated(seed: int) -> Files:
    """The valid study with one to three things done to it."""
    rng = random.Random(seed)
    files = valid_study()
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(sorted(one for one in files if one.endswith(".csv") and "/" not in one) or sorted(files))
        if files[name]:
            rng.choice(MUTATIONS)(rng, files, name)
    return files


def misunderstood(seed: int) -> Files:
    """The valid study with one name slipped: nothing is deleted, only less is understood."""
    rng = random.Random(seed)
    files = valid_study()
    rng.choice((_slip, _rename))(rng, files, rng.choice(sorted(files)))
    return files


_PIECES = (b'"', b",,", b"\n", b"\r", b"\0", b"-1", b"1e308", b"9999-99-99", b"null", b"{", b"]", b";", b"\t", b"=1+1")


def damaged(content: bytes, seed: int) -> bytes:
    """A file with one to four pieces changed, cut off, taken out, doubled or put in, or its lines in disorder."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(max(1, len(content)))
        before, after = content[:at], content[at:]
        lines = content.split(b"\n")
        rng.shuffle(lines)
        content = rng.choice(
            [
                before + bytes([rng.randrange(256)]) + after[1:],
                before,
                before + after[rng.randrange(40) :],
                before + before[-rng.randrange(1, 60) :] + after,
                before + rng.choice(_PIECES) + after,
                b"\n".join(lines),
            ]
        )
    return content or b"x"
