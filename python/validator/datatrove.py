"""Documents in a pipeline of datatrove: measured, filtered and repaired before they are written.

    from validator import Settings
    from validator.datatrove import Filter

    # Needs datatrove with what its filters import: regex and orjson.
    LocalPipelineExecutor(
        pipeline=[
            ParquetReader("pages"),
            Filter(lambda page: page["metrics"]["unclosed_fences"] == 0, fix=True),
            ParquetWriter("kept"),
        ],
        tasks=8,
    ).run()

Each task has a worker of its own. What was found goes into the documents' ``metadata``, under the
names ``validator_metrics`` and ``validator_findings`` (how many).
"""

from __future__ import annotations

from collections.abc import Callable

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.filters.base_filter import BaseFilter

from ._findings import Lazy
from ._worker import Settings, WorkerError

#: Documents that go to the worker at once.
BATCH = 1_000

#: What to do about documents that cannot be checked.
ON_ERROR = ("drop", "fail")


class Filter(BaseFilter):
    """Keeps the documents for which ``keep`` is true; it is given the worker's answer, with ``metrics``
    and ``findings``. Without it, all are kept.

    ``fix`` replaces the text by the one with all safe fixes applied. ``path`` says what a document is
    called; it is the metadata ``file_path`` of most readers, or the document's id, as a page of
    Markdown. Documents that cannot be checked are dropped and counted as ``dropped_unreadable``, or
    with ``on_error="fail"`` fail the task. Documents that the settings exclude are kept as they are.
    """

    name = "validator"

    def __init__(
        self,
        keep: Callable[[dict], bool] | None = None,
        settings: Settings | None = None,
        fix: bool = False,
        path: Callable[[Document], str] | None = None,
        on_error: str = "drop",
        exclusion_writer=None,
        batch_size: int = BATCH,
    ):
        if on_error not in ON_ERROR:
            raise ValueError(f"on_error is {on_error!r}, expected one of {', '.join(ON_ERROR)}")
        super().__init__(exclusion_writer, batch_size)
        want = ["findings", "metrics"] + (["fixed"] if fix else [])
        self._lazy = Lazy((settings or Settings()).fixed(), want, "keep")
        self._is_strict = on_error == "fail"
        self._keep = keep or (lambda answer: True)
        self._path = path or _path

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        paths = [self._path(doc) for doc in batch]
        _, answers = self._lazy.answers(paths, [doc.text for doc in batch])
        return [self._judge(*pair) for pair in zip(batch, answers, strict=True)]

    def _judge(self, doc: Document, answer: dict) -> bool | tuple[bool, str]:
        if "error" in answer:
            if self._is_strict:
                raise WorkerError(f"`{self._path(doc)}` cannot be checked: {answer['error']}")
            return False, "unreadable"
        if answer.get("excluded"):
            return True
        doc.metadata["validator_metrics"] = answer["metrics"]
        doc.metadata["validator_findings"] = len(answer["findings"])
        kept = bool(self._keep(answer))
        if answer.get("fixed") is not None:
            doc.text = answer["fixed"]
        return kept

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        try:
            yield from super().run(data, rank, world_size)
            self._lazy.close()
        finally:
            self._lazy.stop()


def _path(doc: Document) -> str:
    # Several documents may come from one file; only the name of a page says that it is one.
    names = (str(doc.metadata.get("file_path") or ""), str(doc.id))
    pages = (name for name in names if name.endswith((".md", ".mdx", ".markdown")))
    return next(pages, f"{doc.id}.md")
