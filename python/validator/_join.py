"""``validator join``: what is found in the facts of all pages."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from ._findings import NAMES
from ._worker import WorkerError, binary


def join(facts: Iterable[str], files: Iterable[str] = (), memory: int = 256) -> Iterator[dict]:
    """The findings about links, anchors and unique fields, as one run over all pages finds them.

    ``facts`` are lines: rows, or answers of workers to records that want facts. ``files`` are paths of
    further files that links may lead to, such as images. What is more than ``memory`` MiB is sorted
    on the disk. Raises :class:`WorkerError` if the facts cannot be joined.
    """
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "files.txt"
        with listed.open("w", encoding="utf-8") as out:
            for path in files:
                out.write(path + "\n")
        command = [binary(), "join", "-", "--quiet", "--format", "jsonl"]
        command += ["--memory", str(memory), "--files", str(listed)]
        with tempfile.TemporaryFile() as log:
            yield from _run(command, facts, log)


def _run(command: list[str], facts: Iterable[str], log) -> Iterator[dict]:
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
    )
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for line in facts:
                process.stdin.write(line.encode("utf-8") + b"\n")
            process.stdin.close()
        except BrokenPipeError:
            pass
        except BaseException as error:  # whatever the engine raises goes to who asked
            failed.append(error)
            process.kill()

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        for line in process.stdout:
            finding = json.loads(line)
            yield {name: finding[name] for name in NAMES}
        writer.join()
        status = process.wait()
        if failed:
            raise failed[0]
        if status not in (0, 1):
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip()
            raise WorkerError(f"the facts cannot be joined (status {status}): {said}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
