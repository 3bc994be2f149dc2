"""Pages on one machine, by several processes. Nothing but Python is needed.

    from validator import Settings
    from validator.local import check, parquet

    for finding in check(parquet("pages/"), Settings.of(types=["markdown"]), processes=4):
        print(finding)
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator

from ._findings import Lazy, check_on_error
from ._join import join
from ._worker import Settings, WorkerError

#: Records that go to a process at once.
CHUNK = 1_000

_lazy: Lazy | None = None


def parquet(source, path: str = "path", text: str = "text", filesystem=None) -> Iterator[tuple[str, str]]:
    """Paths and texts of a Parquet data set; of object storage with a ``filesystem`` of pyarrow or
    fsspec, or an address that pyarrow knows. Needs pyarrow.
    """
    from pyarrow import dataset

    pages = dataset.dataset(source, format="parquet", filesystem=filesystem)
    for batch in pages.to_batches(columns=[path, text], batch_size=CHUNK):
        yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)


def check(
    pages: Iterable[tuple[str, str]],
    settings: Settings | None = None,
    processes: int | None = None,
    on_error: str = "keep",
) -> Iterator[dict]:
    """The findings of pages, (path, text) each, in their order. See :mod:`validator`."""
    for findings in _map("findings", pages, settings, processes, on_error):
        yield from findings


def links(
    pages: Iterable[tuple[str, str]],
    settings: Settings | None = None,
    processes: int | None = None,
    on_error: str = "keep",
    files: Iterable[str] = (),
) -> Iterator[dict]:
    """The findings that take all pages: links, anchors, unique fields. See :func:`validator.join`."""
    answers = _map("facts", pages, settings, processes, on_error)
    facts = (json.dumps(answer) for chunk in answers for answer in chunk)
    return join(facts, files)


def _map(kind, pages, settings, processes, on_error) -> Iterator[list[dict]]:
    settings = (settings or Settings()).fixed()
    arguments = (settings, [kind], check_on_error(on_error))
    processes = processes or os.cpu_count() or 1
    # A child that is forked from a program with threads may never start.
    context = multiprocessing.get_context("spawn")
    chunks = _chunks(pages)
    with context.Pool(processes, _start, arguments) as pool:
        # A few at a time: what has not been asked for is not read.
        waiting: list = []
        for chunk in chunks:
            waiting.append((len(chunk), pool.apply_async(_work, (kind, chunk))))
            if len(waiting) >= 2 * processes:
                yield _answer(*waiting.pop(0))
        for count, result in waiting:
            yield _answer(count, result)


def _answer(count: int, result) -> list[dict]:
    answered, found = result.get()
    if answered != count:
        raise WorkerError(f"{count} records in, {answered} answered")
    return found


def _chunks(pages: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    pages = iter(pages)
    while chunk := list(itertools.islice(pages, CHUNK)):
        yield chunk


def _start(settings: Settings, want: list[str], on_error: str) -> None:
    global _lazy
    _lazy = Lazy(settings, want, on_error)


def _work(kind: str, chunk: list[tuple[str, str]]) -> tuple[int, list[dict]]:
    paths, texts = zip(*chunk)
    found = _lazy.facts(paths, texts) if kind == "facts" else _lazy.findings(paths, texts)
    return len(chunk), found
