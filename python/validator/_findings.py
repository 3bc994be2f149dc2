"""From answers to rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ._worker import Settings, Worker, WorkerError

#: The columns of findings, with the types that engines call them by.
COLUMNS = (
    ("path", "string"),
    ("line", "int"),
    ("column", "int"),
    ("end_line", "int"),
    ("end_column", "int"),
    ("type", "string"),
    ("rule", "string"),
    ("name", "string"),
    ("severity", "string"),
    ("message", "string"),
    ("fixable", "boolean"),
    ("fingerprint", "string"),
)

NAMES = tuple(name for name, _ in COLUMNS)

#: What to do about pages that cannot be checked.
ON_ERROR = ("keep", "fail")


def rows(records: Sequence[dict], answers: Sequence[dict], on_error: str) -> Iterator[dict]:
    """The findings of answers. A page that could not be checked is a finding, or fails the job."""
    for record, answer in zip(records, answers, strict=True):
        error = answer.get("error")
        if error is not None and on_error == "fail":
            raise WorkerError(f"`{record.get('path')}` cannot be checked: {error}")
        findings = answer.get("findings", [])
        for finding in findings:
            yield {name: finding[name] for name in NAMES}
        if error is not None and not findings:
            yield unread(str(record.get("path")), error)


def unread(path: str, error: str) -> dict:
    """The finding of a record that could not be checked."""
    return {
        "path": path,
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 1,
        "type": "file",
        "rule": "record-error",
        "name": "record-error",
        "severity": "error",
        "message": error,
        "fixable": False,
        "fingerprint": "",
    }


def check_on_error(on_error: str) -> str:
    if on_error not in ON_ERROR:
        raise ValueError(f"on_error is {on_error!r}, expected one of {', '.join(ON_ERROR)}")
    return on_error


class Lazy:
    """A worker that is started with the first record, so that empty partitions start none."""

    def __init__(self, settings: Settings, want: Sequence[str], on_error: str):
        self.settings = settings
        self.want = list(want)
        self.on_error = check_on_error(on_error)
        self.worker: Worker | None = None

    def answers(self, paths: Iterable[str], texts: Iterable[str]) -> tuple[list[dict], list[dict]]:
        records = [
            {"path": path, "text": text, "want": self.want}
            for path, text in zip(paths, texts, strict=True)
        ]
        if self.worker is None and records:
            self.worker = Worker(self.settings)
        try:
            answers = self.worker.check(records) if records else []
        except WorkerError:
            # The next task on this machine gets a worker of its own.
            self.stop()
            raise
        return records, answers

    def findings(self, paths: Iterable[str], texts: Iterable[str]) -> list[dict]:
        return list(rows(*self.answers(paths, texts), self.on_error))

    def facts(self, paths: Iterable[str], texts: Iterable[str]) -> list[dict]:
        """The answers as they are joined: facts, or the error of a page that has none."""
        records, answers = self.answers(paths, texts)
        for record, answer in zip(records, answers, strict=True):
            if "error" in answer:
                if self.on_error == "fail":
                    raise WorkerError(f"`{record['path']}` cannot be checked: {answer['error']}")
                answer.setdefault("path", str(record["path"]))
        return answers

    def close(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.close()

    def stop(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.kill()
