"""``footdrop lab``: the dashboards in JupyterLab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from footdrop_analytics.cli.options import FOLDER, Showing, serving_options
from footdrop_analytics.cli.serving.listening import HERE, listen, port_of
from footdrop_analytics.cli.serving.server import HEADERS, MOST_MESSAGE_BYTES, Server, private_folder, run
from footdrop_analytics.cli.serving.shown import ASKS, FIRST, IN_ORDER, copy_notebooks, shown_study
from footdrop_analytics.errors import need_extra

FIRST_PORT = 8888

# What would ask the outside, or store what a dashboard shows, is off. Without windowing a dashboard stays in the page
# when it is scrolled out of sight.
OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
DISABLED = {
    "@jupyterlab/apputils-extension:announcements": True,
    "@jupyterlab/extensionmanager-extension": True,
    "@jupyterlab/fileeditor-extension:language-server": True,
    "@jupyterlab/lsp-extension": True,
    "@jupyterlab/notebook-extension:language-server": True,
    "@jupyterlab/terminal-extension": True,
    "@voila-dashboards/jupyterlab-preview": True,
}


@click.command()
@serving_options(FIRST_PORT)
@click.option(
    "--folder",
    type=FOLDER,
    default=Path("footdrop_notebooks"),
    show_default=True,
    metavar="DIR",
    help="The working folder with your copies of the notebooks.",
)
def lab(study: Path | None, folder: Path, asked: Showing) -> int:
    """Open the dashboards in JupyterLab.

    Only this machine can reach it, with the token in the address that is printed. Without STUDY the first page offers
    to open one, the demo, and a template. Ctrl-C ends it.
    """
    need_extra("dashboards", "jupyterlab", "ipywidgets", "anywidget")
    shown = shown_study(study, asked.written)
    copy_notebooks(folder)
    with private_folder() as private:
        sockets = listen(asked.port, FIRST_PORT)
        server = Server(
            application="jupyterlab",
            config_file="lab.json",
            arguments=(f"--config={private / 'lab.json'}",),
            config={"KernelManager": {"transport_encryption": "required"}},
            study=shown.path,
            asked=asked,
            private=private,
            sockets=sockets,
            port=port_of(sockets),
            page=f"lab/tree/{FIRST if study is not None else ASKS}",
        )
        _settings(server, folder.resolve())
        lines = [*server.told("JupyterLab with the dashboards"), f"Your copies of the notebooks are in {folder}."]
        run(server, lines)
    return int(shown.problems is not None)


def _settings(server: Server, folder: Path) -> None:
    """JupyterLab's settings: reachable from here alone, asking nobody, and apart from the user's own JupyterLab."""
    _workspace(server.private / "workspaces", Path(server.page).name)
    own = server.private / "lab"
    own.mkdir()
    (own / "overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")
    (own / "page_config.json").write_text(
        json.dumps({"disabledExtensions": DISABLED, "buildCheck": False, "buildAvailable": False}), encoding="utf-8"
    )
    settings: dict[str, dict[str, Any]] = {
        "ServerApp": {
            "ip": HERE,
            "port": server.port,
            "port_retries": 0,
            "root_dir": str(folder),
            "default_url": f"/{server.page}",
            "open_browser": False,
            "allow_remote_access": False,
            "local_hostnames": server.local_names,
            "allow_root": True,  # in a container there may be nobody else
            "terminals_enabled": False,
            "answer_yes": True,
            "tornado_settings": {"headers": HEADERS, "websocket_max_message_size": MOST_MESSAGE_BYTES},
        },
        "IdentityProvider": {"token": server.token},
        "Application": {"log_level": "ERROR"},
        "LabApp": {
            "extension_manager": "readonly",
            "news_url": None,
            "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
            "app_settings_dir": str(own),
            "user_settings_dir": str(server.private / "user-settings"),
            "workspaces_dir": str(server.private / "workspaces"),
        },
    }
    server.config.update(settings)


def _workspace(folder: Path, first: str) -> None:
    """What JupyterLab shows at first: the dashboards as tabs, and for their width no list of files beside them."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    notebooks = IN_ORDER if first == FIRST else (first, *IN_ORDER)
    tabs = {f"notebook:{name}": {"data": {"path": name, "factory": "Notebook"}} for name in notebooks}
    layout = {
        "main": {
            "dock": {"type": "tab-area", "currentIndex": 0, "widgets": list(tabs)},
            "current": f"notebook:{first}",
        },
        "left": {"collapsed": True, "visible": True},
        "right": {"collapsed": True, "visible": True},
    }
    workspace = {"data": {"layout-restorer:data": layout, **tabs}, "metadata": {"id": "default"}}
    WorkspacesManager(str(folder)).save("default", json.dumps(workspace))
