"""One ``validator pipe`` process, and what it is started with."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

#: The protocol that this package speaks.
PROTOCOL = 1


class WorkerError(RuntimeError):
    """A worker failed, or did not answer what it was asked."""


class Mismatch(WorkerError):
    """A worker is of another version, or has other settings, than the job was started with."""


def binary() -> str:
    """The ``validator`` program: ``VALIDATOR_BINARY``, the one of this package, or the one in PATH."""
    named = os.environ.get("VALIDATOR_BINARY")
    if named:
        return named
    own = Path(sysconfig.get_path("scripts")) / ("validator.exe" if os.name == "nt" else "validator")
    found = str(own) if own.is_file() else shutil.which("validator")
    if not found:
        raise WorkerError(
            "the program `validator` is not installed here: install the package's wheel, "
            "or name the program in VALIDATOR_BINARY"
        )
    return found


@dataclasses.dataclass(frozen=True)
class Settings:
    """What pages are checked with. It travels to the workers as it is, with no files."""

    #: The configuration itself, as YAML or JSON; none for the defaults.
    config: str | None = None
    #: Further options of ``validator pipe``, such as ``--types markdown,links``.
    options: tuple[str, ...] = ()
    #: The answer to hello that every worker has to give; see :meth:`fixed`.
    expected: tuple[str, str] | None = None

    @staticmethod
    def of(
        config: str | os.PathLike[str] | None = None,
        types: Sequence[str] = (),
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        family: str | None = None,
        profile: str | None = None,
        max_findings: int = 0,
    ) -> Settings:
        """Reads a configuration file, if one is named, and the other settings as on the command line."""
        options: list[str] = []
        for name, values in (("types", types), ("select", select), ("ignore", ignore)):
            if isinstance(values, str):
                raise TypeError(f"{name} is a list of names, not one text")
            if values:
                options += [f"--{name}", ",".join(values)]
        for name, value in (("family", family), ("profile", profile)):
            if value is not None:
                options += [f"--{name}", value]
        if max_findings:
            options += ["--max-findings", str(max_findings)]
        text = None if config is None else Path(config).read_text(encoding="utf-8")
        return Settings(config=text, options=tuple(options))

    def command(self) -> list[str]:
        """The command line of a worker."""
        given = [] if self.config is None else ["--settings", self.config]
        return [binary(), "pipe", "--quiet", *self.options, *given]

    def fixed(self) -> Settings:
        """The same, with the version and the digest that a worker has here: others are refused."""
        if self.expected is not None:
            return self
        with Worker(self) as worker:
            return dataclasses.replace(self, expected=worker.identity)


class Worker:
    """A ``validator pipe`` process. Not for several threads at once."""

    def __init__(self, settings: Settings):
        self._log = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                settings.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
            )
        except OSError as error:
            self._log.close()
            raise WorkerError(f"the worker cannot be started: {error}") from error
        try:
            hello = self._ask(['{"hello":1}'])[0]
            #: Version and digest of the settings.
            self.identity = (hello["version"], hello["digest"])
            self._compare(hello, settings)
        except BaseException:
            self.kill()
            raise

    def _compare(self, hello: dict, settings: Settings) -> None:
        if hello.get("protocol") != PROTOCOL:
            raise Mismatch(
                f"the worker on {socket.gethostname()} speaks protocol {hello.get('protocol')}, "
                f"expected {PROTOCOL}: install the package and the program of the same version"
            )
        if settings.expected is not None and self.identity != settings.expected:
            raise Mismatch(
                "the worker on {} is version {} with settings {}, expected version {} with "
                "settings {}: install the same version everywhere".format(
                    socket.gethostname(), *self.identity, *settings.expected
                )
            )

    def check(self, records: Iterable[dict]) -> list[dict]:
        """The answers to records with ``path`` and ``text``, one for each, in order.

        A page that cannot be checked has an answer with ``error``. Raises :class:`WorkerError` if the
        worker ends or answers something else.
        """
        lines = [json.dumps({**record, "id": at}) for at, record in enumerate(records)]
        answers = self._ask(lines)
        for at, answer in enumerate(answers):
            # A line that is no record has no id; the order says whose it is.
            if answer.pop("id", at) != at:
                raise WorkerError(f"the worker answered out of order at record {at}")
        return answers

    def _ask(self, lines: list[str]) -> list[dict]:
        if not lines:
            return []
        # Both pipes may be full: who writes must not be who reads.
        writer = threading.Thread(target=self._write, args=(lines,), daemon=True)
        writer.start()
        answers = []
        for _ in lines:
            line = self._process.stdout.readline()
            if not line.endswith(b"\n"):
                raise WorkerError(
                    f"the worker ended with status {self._status()} after {len(answers)} answers to "
                    f"{len(lines)} records{self._said()}"
                )
            answers.append(json.loads(line))
        writer.join()
        return answers

    def _write(self, lines: list[str]) -> None:
        try:
            for line in lines:
                self._process.stdin.write(line.encode("ascii") + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            # The reader sees the end of the answers, and says so.
            pass

    def _status(self) -> int | None:
        try:
            return self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            return None

    def _said(self) -> str:
        self._log.seek(0)
        said = self._log.read().decode("utf-8", "replace").strip()
        return f": {said}" if said else ""

    def close(self) -> None:
        """Ends the worker. Raises :class:`WorkerError` if it failed."""
        if self._process is None:
            return
        process, self._process = self._process, None
        try:
            process.stdin.close()
        except OSError:
            pass
        rest = process.stdout.read()
        process.stdout.close()
        status = process.wait()
        said = self._said()
        self._log.close()
        # 1 says that some records could not be checked; their answers have said so, too.
        if status not in (0, 1) or rest:
            raise WorkerError(f"the worker ended with status {status}{said}")

    def kill(self) -> None:
        """Ends the worker at once, whatever it is at."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                try:
                    pipe.close()
                except OSError:
                    pass
            self._log.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            self.close()
        else:
            self.kill()
