"""A REDCap project by the address of its interface, through PyCap: its records, and its data dictionary beside them.

The token comes from the environment alone; it is in no address, profile, output or message.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from typing import Any
from urllib.parse import urlsplit

from footdrop_analytics.errors import ParameterError, StudyError, need_extra, shortened
from footdrop_analytics.importing.sources.parts import Part, text_part

TOKEN_VARIABLE = "REDCAP_API_TOKEN"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9A-Fa-f]{32}")
_SECONDS = (15, 600)
"""For the connection, and for the server to make the export."""


def is_interface(source: object) -> bool:
    """Whether a source is the address of a REDCap server's interface, such as ``https://redcap.example.org/api/``."""
    return isinstance(source, str) and _ADDRESS.match(source) is not None


def load_project(address: str) -> list[Part]:
    """The records of a project as its flat export has them, and its data dictionary."""
    need_extra("redcap", "redcap")
    host = _checked(address)
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not _TOKEN.fullmatch(token):
        raise ParameterError(
            f"{TOKEN_VARIABLE}: expected your token of the project in this environment variable (32 digits and "
            "letters from A to F, in REDCap under API), and found none. It is read from nowhere else."
        )
    from redcap.project import Project

    # With a redirect the token would go to another address.
    project = Project(address, token, timeout=_SECONDS, allow_redirects=False)
    records = _answer(project.export_records, token, host)
    dictionary = _answer(project.export_metadata, token, host)
    return [_part(f"{host} records", records), _part(f"{host} data dictionary", dictionary)]


def _checked(address: str) -> str:
    """The server's name; an address that is not safe or not that of an interface is refused, without quoting it."""
    try:
        parts = urlsplit(address)
    except ValueError:  # its words quote the address
        raise ParameterError("The address of the REDCap server cannot be read. Expected https://SERVER/api/.") from None
    host = parts.hostname or ""
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ParameterError(
            "The address of the REDCap server holds more than a place. Expected https://SERVER/api/; the token is "
            f"taken from the environment ({TOKEN_VARIABLE})."
        )
    if not host or not parts.path.endswith("/api/"):
        raise ParameterError("The address of the REDCap server: expected one that ends in /api/, https://SERVER/api/.")
    if parts.scheme.casefold() != "https" and not _is_here(host):
        raise ParameterError(f"{host}: http:// would send the token and the patients unencrypted. Use https://.")
    return host


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answer(export: Any, token: str, host: str) -> str:
    """What the server answers, as text; its errors and the network's without the token."""
    from requests import JSONDecodeError, RequestException

    try:
        said = export(format_type="csv")
    except JSONDecodeError:
        said = None
    except RequestException as error:
        words = " ".join(re.sub(r"\S*://\S*", "the address", str(error)).replace(token, "…").split())
        raise StudyError(f"{host}: REDCap did not give the records ({shortened(words, 160)}).") from None
    if not isinstance(said, str) or said.lstrip().startswith(("<", "{")):
        raise StudyError(f"{host}: answered with something else than records. Is the address that of the API (…/api/)?")
    return said


def _part(name: str, text: str) -> Part:
    data = text.encode("utf-8")
    return text_part(name, hashlib.sha256(data).hexdigest(), data)
