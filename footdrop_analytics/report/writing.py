"""Writing reports: one, or many with an index page, which is the caseload with a link to each report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import Literal

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.errors import ParameterError, ids_of, need, path_of
from footdrop_analytics.figures.data import Row, plain_rows
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.files import write_whole
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.patient.head import happenings
from footdrop_analytics.report.clinician import ClinicianFacts
from footdrop_analytics.report.kept import index_name, report_name
from footdrop_analytics.report.patient_letter import PatientFacts
from footdrop_analytics.report.render import PLOTLY_FILE, Paper, find_browser, page, pdf_of, plotly_js, take_away
from footdrop_analytics.scale.results import PartitionedAnalysis, in_memory
from footdrop_analytics.wording.language import in_language, language_of
from footdrop_analytics.wording.results import head_words
from footdrop_analytics.wording.words import falls_asked

_AT_ONCE = 200

Audience = Literal["clinician", "patient"]
Assets = Literal["inline", "shared"]


class _Wanted:
    """What is asked of every report, checked; ``of_analysis``: the language that the analysis must be in."""

    def __init__(
        self,
        analysis: object,
        audience: Audience,
        assets: Assets,
        contact: str | None,
        appendix: bool,
        since: object,
        pdf: Paper | None,
        language: str | None,
    ) -> None:
        need(analysis, "analysis", (Analysis, PartitionedAnalysis), "an Analysis, as from analyse")
        need(contact, "contact", (str, type(None)), "a text")
        need(appendix, "appendix", bool, "True or False")
        for name, value, known in (
            ("audience", audience, ("clinician", "patient")),
            ("assets", assets, ("inline", "shared")),
            ("pdf", pdf, ("A4", "Letter", None)),
        ):
            if value not in known:
                raise ParameterError(f"{name}: expected {' or '.join(map(repr, known))}, found {value!r}.")
        earlier = None if since is None else path_of(since, "since")
        if earlier is not None and audience == "patient":
            raise ParameterError("since: the patient's version compares with no earlier report; leave it out.")
        if earlier is not None and not earlier.exists():
            raise ParameterError(f"since: {earlier} is not there. Name an earlier report, or the folder of reports.")
        assert isinstance(analysis, Analysis | PartitionedAnalysis)
        code = analysis.language if language is None else language_of(language).code
        self.audience, self.assets, self.contact, self.appendix = audience, assets, contact, appendix
        self.since, self.language, self.paper = earlier, code, pdf
        # The patient's version says nothing that the analysis put into words.
        self.of_analysis = analysis.language if audience == "patient" else code


def write_report(
    analysis: Analysis | PartitionedAnalysis,
    patient_id: str,
    path: str | PathLike[str],
    audience: Audience = "clinician",
    assets: Assets = "inline",
    contact: str | None = None,
    *,
    appendix: bool = False,
    since: str | PathLike[str] | None = None,
    pdf: Paper | None = None,
    language: str | None = None,
) -> Path:
    """Write one patient's progress report as an HTML file that opens offline.

    Parameters
    ----------
    analysis : Analysis or PartitionedAnalysis
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
    appendix : bool
        Whether the clinician's report prints its appendix too; on screen this can be changed.
    since : path, optional
        An earlier report of the patient, or a folder of reports: the clinician's report says what changed since then.
    pdf : {"A4", "Letter"}, optional
        Write a PDF on this paper beside it, through a Chromium, Chrome or Edge on the PATH. Without one, a PDF of an
        earlier version is removed, as it would say something else than the report.
    language : {"en", "de", "fr", "es"}, optional
        The language of the report. Default: that of the analysis. What was said when the files were read stays in the
        language of then; :func:`footdrop_analytics.in_language` around all of it puts everything into one.

    Returns
    -------
    Path
        The HTML file. The same analysis gives the same bytes.

    Raises
    ------
    ParameterError
        If the patient is not in the analysis, ``since`` is no report of the patient or in another language, or a choice
        is none of the above.
    InstallationError
        If a PDF is asked for, and no browser is found or it makes none.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> file = fd.write_report(fd.analyse(study), "SIM-0001", tempfile.mkdtemp() + "/report.html")
    >>> file.name
    'report.html'
    """
    wanted = _Wanted(analysis, audience, assets, contact, appendix, since, pdf, language)
    target = path_of(path, "path")
    need(patient_id, "patient_id", str, "a patient's id")
    [(found, _)] = in_memory(analysis, [patient_id], wanted.of_analysis)
    tables = PatientTables(found)
    _known(tables, [patient_id])
    browser = find_browser() if wanted.paper else None
    if assets == "shared" and audience == "clinician":
        write_whole(target.parent / PLOTLY_FILE, plotly_js())
    _write(tables, patient_id, target, wanted, browser)
    return target


def write_reports(
    analysis: Analysis | PartitionedAnalysis,
    folder: str | PathLike[str],
    patients: Iterable[str] | None = None,
    audience: Audience = "clinician",
    assets: Assets = "inline",
    contact: str | None = None,
    progress: Callable[[str], object] | None = None,
    *,
    appendix: bool = False,
    since: str | PathLike[str] | None = None,
    pdf: Paper | None = None,
    language: str | None = None,
) -> Path:
    """Write a report per patient and an index page that links them.

    Parameters
    ----------
    analysis, audience, assets, contact, appendix, since, pdf, language
        As for :func:`write_report`; patients without a report in the folder ``since`` get one that compares nothing.
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
    InstallationError
        As for :func:`write_report`.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> index = fd.write_reports(fd.analyse(study), tempfile.mkdtemp(), assets="shared")
    >>> sorted(file.suffix for file in index.parent.iterdir())
    ['.html', '.html', '.html', '.js']
    """
    wanted = _Wanted(analysis, audience, assets, contact, appendix, since, pdf, language)
    out = path_of(folder, "folder")
    if patients is None:
        table = analysis.caseload if isinstance(analysis, Analysis) else analysis.caseload.to_pandas()
        chosen = [str(one) for one in table["patient_id"]]
    else:
        chosen = list(dict.fromkeys(ids_of(patients, "patients")))
    browser = find_browser() if wanted.paper else None
    if assets == "shared" and audience == "clinician":
        write_whole(out / PLOTLY_FILE, plotly_js())
    rows: dict[str, Row] = {}
    names = {one: report_name(one, audience, wanted.language) for one in chosen}
    for few, own in in_memory(analysis, chosen, wanted.of_analysis):
        tables = PatientTables(few, at_once=_AT_ONCE)
        _known(tables, own)
        for patient_id in own:
            rows[patient_id] = _write(tables, patient_id, out / names[patient_id], wanted, browser)
            if progress is not None:
                progress(patient_id)
    index = out / index_name(audience, wanted.language)
    with in_language(wanted.language):
        study = analysis.study
        facts = {
            "audience": audience,
            "synthetic": study.synthetic,
            "as_of": analysis.as_of.date(),
            "patients": [(names[one], rows[one]) for one in chosen],
            "nobodys": happenings(plain_rows(study.rejected_of_nobody)),
            "heads_up": head_words(study, analysis.as_of),
            "asked": falls_asked([rows[one]["falls_asked_28d"] for one in chosen]),
        }
        write_whole(index, page("index.html.j2", facts, [], pdf=browser is not None))
    return index


def _write(tables: PatientTables, patient_id: str, target: Path, wanted: _Wanted, browser: Path | None) -> Row:
    """Write a patient's report; return their row of the caseload."""
    context = Context(tables, patient_id)
    facts: PatientFacts | ClinicianFacts
    charts: list[Chart] = []
    template = f"{wanted.audience}.html.j2"
    with in_language(wanted.language):
        if wanted.audience == "patient":
            facts = PatientFacts(context, wanted.contact)
        else:
            facts = ClinicianFacts(context, wanted.since)
            charts = facts.charts
        html = page(template, facts, charts, wanted.assets, appendix=wanted.appendix)
        printed = target.with_suffix(".pdf")
        take_away(printed, html)
        write_whole(target, html)
        if browser is not None and wanted.paper is not None:
            # Paper shows the still drawings, so the library is left out.
            still = page(template, facts, [], appendix=wanted.appendix)
            write_whole(printed, pdf_of(still, browser, wanted.paper))
    return context.caseload


def _known(tables: PatientTables, patients: list[str]) -> None:
    if unknown := [one for one in patients if one not in tables]:
        raise ParameterError(
            f"patients: no rows of {', '.join(map(repr, unknown[:5]))} in this analysis. "
            "Ids must be written exactly as in the files."
        )
