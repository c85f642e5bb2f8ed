"""Run the command `baken` in a pseudo-terminal, answer its questions, and keep all that a person would see."""

from __future__ import annotations

import codecs
import os
import pty
import re
import select
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.command import argv
from tests.support.waiting import DEADLINE_SECONDS

QUESTION = re.compile(r"[:?] \Z")
"""How the screen ends when the command waits for an answer."""
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_WINDOW = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a session left: everything on the screen, how many questions were asked, and the exit code."""

    screen: str
    questions: int
    code: int


def answer(answers: Sequence[str], *arguments: str | Path) -> Session:
    """Run `baken` with `arguments` and type one of `answers` at each question; too few or too many is an error."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, _WINDOW))
    environment = {**os.environ, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": str(_WINDOW)}
    process = subprocess.Popen(
        argv(*arguments), stdin=slave, stdout=slave, stderr=slave, env=environment, close_fds=True
    )
    os.close(slave)
    try:
        screen, asked = _converse(master, list(answers))
        return Session(screen=screen, questions=asked, code=process.wait(timeout=DEADLINE_SECONDS))
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _converse(master: int, answers: list[str]) -> tuple[str, int]:
    """Type an answer whenever the screen ends in a question, until the command closes its end."""
    until = time.monotonic() + DEADLINE_SECONDS
    text = codecs.getincrementaldecoder("utf-8")()
    screen, answered, asked = "", 0, 0
    while True:
        if not select.select([master], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError(f"the command neither asks nor ends after: {screen[-400:]}")
        try:
            new = os.read(master, 65_536)
        except OSError:  # Linux ends a terminal whose other side is closed with EIO
            new = b""
        if not new:
            assert not answers, f"{len(answers)} answers were never asked for"
            return screen, asked
        screen = _ESCAPES.sub("", screen + text.decode(new).replace("\r", ""))
        if QUESTION.search(screen[answered:]):
            assert answers, f"one more question: {screen[answered:][-400:]}"
            asked += 1
            os.write(master, f"{answers.pop(0)}\n".encode())
            answered = len(screen)
