"""Writing reports: one, or many with an index page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import Literal

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import write_whole
from footdrop_analytics.model.parameters import ids_of, need, path_of
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.patient_tables import PatientTables
from footdrop_analytics.report.clinician import clinician_facts
from footdrop_analytics.report.files import PLOTLY_FILE, plotly_js, report_name
from footdrop_analytics.report.index import index_facts
from footdrop_analytics.report.patient_letter import patient_facts
from footdrop_analytics.report.render import page

_AT_ONCE = 200

Audience = Literal["clinician", "patient"]
Assets = Literal["inline", "shared"]


def write_report(
    analysis: Analysis,
    patient_id: str,
    path: str | PathLike[str],
    audience: Audience = "clinician",
    assets: Assets = "inline",
    contact: str | None = None,
) -> Path:
    """Write one patient's progress report as an HTML file that opens offline.

    Parameters
    ----------
    analysis : Analysis
        From :func:`footdrop_analytics.analyse`.
    patient_id : str
        The patient, as written in the files.
    path : path
        The file to write; folders on the way are made.
    audience : {"clinician", "patient"}
        The patient's version only describes, in plain words and large print: no criteria, no limits.
    assets : {"inline", "shared"}
        Put the chart library into the file, or into ``plotly.min.js`` beside it.
    contact : str, optional
        The clinic's contact line in the patient's version.

    Returns
    -------
    Path
        The file written. The same analysis gives the same bytes.

    Raises
    ------
    ParameterError
        If the patient is not in the analysis, or ``audience`` or ``assets`` is none of the above.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> file = fd.write_report(fd.analyse(study), "SIM-0001", tempfile.mkdtemp() + "/report.html")
    >>> file.name
    'report.html'
    """
    _check(analysis, audience, assets, contact)
    target = path_of(path, "path")
    need(patient_id, "patient_id", str, "a patient's id")
    tables = PatientTables(analysis)
    _known(tables, [patient_id])
    if assets == "shared":
        write_whole(target.parent / PLOTLY_FILE, plotly_js())
    write_whole(target, _page(tables, patient_id, audience, assets, contact))
    return target


def write_reports(
    analysis: Analysis,
    folder: str | PathLike[str],
    patients: Iterable[str] | None = None,
    audience: Audience = "clinician",
    assets: Assets = "inline",
    contact: str | None = None,
    progress: Callable[[str], object] | None = None,
) -> Path:
    """Write a report per patient and an index page that links them.

    Parameters
    ----------
    analysis, audience, assets, contact
        As for :func:`write_report`.
    folder : path
        The folder to write into; it is made if needed.
    patients : list of str, optional
        The patients; default all, in the order of the caseload.
    progress : callable, optional
        Called with the patient's id after each report.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    ParameterError
        As for :func:`write_report`, or if ``patients`` is one text instead of a list.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> index = fd.write_reports(fd.analyse(study), tempfile.mkdtemp(), assets="shared")
    >>> sorted(file.suffix for file in index.parent.iterdir())
    ['.html', '.html', '.html', '.js']
    """
    _check(analysis, audience, assets, contact)
    out = path_of(folder, "folder")
    tables = PatientTables(analysis, at_once=_AT_ONCE)
    chosen = tables.patients if patients is None else list(dict.fromkeys(ids_of(patients, "patients")))
    _known(tables, chosen)
    if assets == "shared":
        write_whole(out / PLOTLY_FILE, plotly_js())
    for patient_id in chosen:
        write_whole(out / report_name(patient_id, audience), _page(tables, patient_id, audience, assets, contact))
        if progress is not None:
            progress(patient_id)
    index = out / ("index.html" if audience == "clinician" else f"index-{audience}.html")
    write_whole(index, page("index.html.j2", index_facts(tables, chosen, audience), []))
    return index


def _page(tables: PatientTables, patient_id: str, audience: Audience, assets: Assets, contact: str | None) -> str:
    context = Context(tables, patient_id)
    if audience == "patient":
        for_patient = patient_facts(context, contact)
        return page("patient.html.j2", for_patient, for_patient.charts, assets)
    facts = clinician_facts(context)
    return page("clinician.html.j2", facts, facts.charts, assets, appendix=False)


def _check(analysis: object, audience: str, assets: str, contact: object) -> None:
    need(analysis, "analysis", Analysis, "an Analysis, as from analyse")
    need(contact, "contact", (str, type(None)), "a text")
    for name, value, known in (
        ("audience", audience, ("clinician", "patient")),
        ("assets", assets, ("inline", "shared")),
    ):
        if value not in known:
            raise ParameterError(f"{name}: expected {known[0]!r} or {known[1]!r}, found {value!r}.")


def _known(tables: PatientTables, patients: list[str]) -> None:
    if unknown := [one for one in patients if one not in tables]:
        raise ParameterError(
            f"patients: no rows of {', '.join(map(repr, unknown[:5]))} in this analysis. "
            "Ids must be written exactly as in the files."
        )
