"""What a page and its kernel say to each other: whether the kernel is through with all that it was told."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any


class Answers:
    """The widgets' messages to a kernel that it is not through with; ``missing`` are their ids."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def watch(self, socket: Any) -> None:
        """Listen to a socket of the page, until it is closed and nobody answers there any more."""
        if "/channels" not in socket.url:
            return
        here: set[str] = set()

        def sent(frame: bytes | str) -> None:
            header, _, _ = told(frame)
            if header.get("msg_type") == "comm_msg":
                here.add(header["msg_id"])
                self.missing.add(header["msg_id"])

        def received(frame: bytes | str) -> None:
            header, parent, content = told(frame)
            if header.get("msg_type") == "status" and json.loads(content)["execution_state"] == "idle":
                self.missing.discard(parent.get("msg_id", ""))

        socket.on("framesent", sent)
        socket.on("framereceived", received)
        socket.on("close", lambda *_: self.missing.difference_update(here))


def told(frame: bytes | str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """A message's header, its parent's header, and its content as JSON; as text, or in Jupyter's binary form."""
    if isinstance(frame, str):
        message = json.loads(frame)
        return message["header"], message["parent_header"] or {}, json.dumps(message["content"]).encode()
    numbers = [int.from_bytes(frame[place : place + 8], "little") for place in range(0, frame[0] * 8 + 8, 8)]
    _, header, parent, _, content = (frame[start:end] for start, end in pairwise(numbers[1:7]))
    return json.loads(header), json.loads(parent), content
