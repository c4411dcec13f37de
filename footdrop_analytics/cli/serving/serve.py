"""``footdrop serve``: the dashboards without code, with Voilà."""

from __future__ import annotations

import ipaddress
import shutil
from pathlib import Path
from typing import Any

import click

from footdrop_analytics.cli.options import Showing, serving_options
from footdrop_analytics.cli.output import counted, warn
from footdrop_analytics.cli.serving.listening import HERE, listen, port_of
from footdrop_analytics.cli.serving.server import HEADERS, MOST_MESSAGE_BYTES, Server, private_folder, run, unheard
from footdrop_analytics.cli.serving.shown import ASKS, package_notebooks, shown_study
from footdrop_analytics.cli.serving.viewers import default_viewers, page_bytes
from footdrop_analytics.errors import need_extra

FIRST_PORT = 8866
ABANDONED_S = 600
"""After how long without a browser a kernel ends, and the study leaves the memory."""

WIDGETS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
"""The front-end extensions that a page loads: what dashboards are made of, and nothing else that is installed."""

QUIET = {f"tornado.{name}": {"level": "CRITICAL"} for name in ("access", "application", "general")}
"""Loggers that write down the address of every page that failed, and with it the token."""


@click.command()
@serving_options(FIRST_PORT)
@click.option(
    "--host",
    default=HERE,
    show_default=True,
    metavar="ADDRESS",
    help="Let other machines in, at this address of yours. A warning says what that exposes.",
)
@click.option(
    "--viewers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many pages may be open at once. Default: as many as the free memory holds.",
)
def serve(study: Path | None, host: str, viewers: int | None, asked: Showing) -> int:
    """Show the dashboards as web pages without code.

    For people who should see no code. Only this machine can reach them, with the token in the address that is printed;
    without it nothing of the study is shown. Without STUDY the first page offers to open one, the demo, and a template.
    Ctrl-C ends it.
    """
    need_extra("dashboards", "voila", "ipywidgets", "anywidget")
    bound = _address(host)
    if study is None and not ipaddress.ip_address(bound).is_loopback:
        raise click.UsageError("With --host, name the study: anyone who reaches the first page could open others.")
    shown = shown_study(study, asked.written)
    most = viewers or default_viewers(shown.rows)
    with private_folder() as private:
        sockets = listen(asked.port, FIRST_PORT, bound)
        server = Server(
            application="voila",
            config_file="voila.json",
            config={"LimitedKernels": {"most": most, "page_bytes": page_bytes(shown.rows)}},
            study=shown.path,
            asked=asked,
            private=private,
            sockets=sockets,
            port=port_of(sockets),
            page="" if study is not None else f"voila/render/{ASKS}",
            host=bound,
        )
        _settings(server)
        if not server.local:
            warn(_warning(server, counted(shown.patients, "patient")))
        each = f"each needs about {page_bytes(shown.rows) / 1e9:.1f} GB of memory"
        room = f"At most {counted(most, 'page')} can be open at once ({each}); --viewers changes that."
        run(server, [*server.told("The dashboards"), room])
    return int(shown.problems is not None)


def _address(host: str) -> str:
    """An IP address as text; a name is refused, as it may stand for more addresses than somebody thinks."""
    try:
        return str(ipaddress.ip_address(HERE if host == "localhost" else host))
    except ValueError:
        raise click.BadParameter(
            f"{host!r} is no IP address such as {HERE} (this machine alone) or 0.0.0.0 (every network).",
            param_hint="--host",
        ) from None


def _warning(server: Server, patients: str) -> str:
    return (
        f"WARNING: --host {server.host} lets every machine that reaches port {server.port} of this one ask for the "
        f"dashboards of {server.study}. With the token it sees everything of {patients}: ids, logs, pain, falls, "
        "notes, and can download them. Token and data travel unencrypted, so others on the network may read them. "
        "docs/dashboards.md says how to do this behind JupyterHub with logins and encryption."
    )


def _settings(server: Server) -> None:
    """Voilà's settings: its own default is open to all; ours asks everybody for the token and shows dashboards only."""
    notebooks = server.private / "notebooks"
    notebooks.mkdir()
    for notebook in package_notebooks():
        shutil.copy(notebook, notebooks)
    tornado: dict[str, Any] = {
        "headers": HEADERS,
        "websocket_max_message_size": MOST_MESSAGE_BYTES,
        "allow_remote_access": not server.local,
        "local_hostnames": server.local_names,
        # A page that is left says so in a way that carries no XSRF token; with the check its kernel would stay, and the
        # study in memory. Such a message needs the login and, by its Origin, one of our own pages.
        "disable_check_xsrf": True,
    }
    if server.local:  # a connection on one machine needs no pings, and Tornado would warn about Jupyter's
        tornado["ws_ping_interval"] = 0
    server.config.update(
        {
            "Voila": {
                "ip": server.host,
                "port": server.port,
                "port_retries": 0,
                "root_dir": str(notebooks),
                "token": server.token,
                "open_browser": False,
                "log_level": "CRITICAL",  # its messages hold what a cell said, and so perhaps a patient
                "logging_config": {"loggers": QUIET},
                "tornado_settings": tornado,
            },
            "VoilaConfiguration": {
                "template": "footdrop",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "classic_tree": True,
                "strip_sources": True,
                "show_tracebacks": False,
                "file_allowlist": [],
                "extension_allowlist": WIDGETS,
                "multi_kernel_manager_class": "footdrop_analytics.cli.serving.kernels.LimitedKernels",
            },
            "VoilaExecutor": {"cell_error_instruction": "Please reload the page, or try footdrop check."},
            "KernelManager": unheard(server.private),
            "MappingKernelManager": {"cull_idle_timeout": ABANDONED_S, "cull_interval": 60, "cull_connected": False},
        }
    )
