"""A real browser for tests: Chromium, spoken to through a pipe in its own protocol, without any driver."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_LAUNCH = """import os, sys
reading, writing, *program = sys.argv[1:]
os.dup2(int(reading), 3)
os.dup2(int(writing), 4)
os.execv(program[0], program)
"""
PATIENCE = 60.0
"""Seconds for one answer of the browser: a machine that is busy with other tests is slow, not broken."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def chromium() -> str | None:
    """The browser's path, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


class Tab:
    """One page. ``console`` and ``requests`` collect what it complains of and what it asks for."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing, self.rest = reading, writing, b""
        self.number, self.session = 0, ""
        self.console: list[str] = []
        self.requests: list[str] = []
        self.events: list[str] = []

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        number = self.number
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer["error"])
                return dict(answer["result"])

    def _next(self) -> dict[str, Any]:
        limit = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            assert time.monotonic() < limit, "the browser does not answer"
            ready, _, _ = select.select([self.reading], [], [], 1.0)
            if ready:
                self.rest += os.read(self.reading, 1 << 20)
        line, self.rest = self.rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, about: dict[str, Any]) -> None:
        self.events.append(method)
        if method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.console.append(about["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning"):
            self.console.append(str(about["args"]))
        elif method == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.console.append(about["entry"]["text"])

    def open(self, page: Path, fragment: str = "") -> None:
        self.events.clear()
        self.ask("Page.navigate", url=page.resolve().as_uri() + fragment)
        while "Page.loadEventFired" not in self.events:
            self._next()

    def size(self, width: int, height: int = 900) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def run(self, script: str) -> Any:
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def key(self, name: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name)

    def point_at(self, selector: str) -> None:
        script = f"""(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView({{block: "center"}});
            const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; }})()"""
        x, y = self.run(script)
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)


@contextmanager
def tab(profile: Path) -> Iterator[Tab]:
    """A fresh browser with one page; ``profile`` is an empty folder for what it keeps."""
    program = chromium()
    assert program is not None
    to_browser, from_browser = os.pipe(), os.pipe()
    # Chromium reads from number 3 and writes to number 4; above 9, the originals are in nobody's way there.
    ends = tuple(fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser[0], from_browser[1]))
    command = [sys.executable, "-c", _LAUNCH, *map(str, ends), program, *FLAGS, f"--user-data-dir={profile}"]
    process = subprocess.Popen(command, pass_fds=ends, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for end in (*ends, to_browser[0], from_browser[1]):
        os.close(end)
    try:
        page = Tab(from_browser[0], to_browser[1])
        target = page.ask("Target.createTarget", url="about:blank")["targetId"]
        page.session = page.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.ask(f"{domain}.enable")
        yield page
        page.session = ""
        page.ask("Browser.close")
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(to_browser[1])
        os.close(from_browser[0])
