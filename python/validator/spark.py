"""Pages in a DataFrame of Spark, with the columns ``path`` and ``text``.

    from validator import Settings
    from validator.spark import check, links

    pages = spark.read.parquet("s3a://bucket/pages")
    check(pages, Settings.of(config="validator.yaml")).write.parquet("findings")

A worker that fails, that is of another version, or that has other settings fails its task, and after
Spark's retries the job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ._findings import COLUMNS, Lazy, check_on_error
from ._join import join
from ._worker import Settings

_SCHEMA = ", ".join(f"`{name}` {kind}" for name, kind in COLUMNS)


def check(
    pages,
    settings: Settings | None = None,
    path: str = "path",
    text: str = "text",
    on_error: str = "keep",
):
    """A DataFrame of findings. Pages that cannot be checked are findings of the rule
    ``record-error``, or with ``on_error="fail"`` fail the job.
    """
    return _map(pages, settings, path, text, on_error, "findings", _SCHEMA)


def facts(
    pages,
    settings: Settings | None = None,
    path: str = "path",
    text: str = "text",
    on_error: str = "keep",
):
    """A DataFrame with the column ``facts``: for each page a JSON object, to be kept and joined."""
    return _map(pages, settings, path, text, on_error, "facts", "`facts` string")


def links(
    pages,
    settings: Settings | None = None,
    path: str = "path",
    text: str = "text",
    on_error: str = "keep",
    files: Iterable[str] = (),
):
    """A DataFrame of the findings that take all pages: links, anchors, unique fields.

    The facts are made by the workers and joined on the driver, in bounded memory; see
    :func:`validator.join`. ``files`` are further files that links may lead to.
    """
    lines = facts(pages, settings, path, text, on_error).toLocalIterator(prefetchPartitions=True)
    found = join((row[0] for row in lines), files)
    names = [name for name, _ in COLUMNS]
    rows = [tuple(finding[name] for name in names) for finding in found]
    return pages.sparkSession.createDataFrame(rows, _SCHEMA)


def _map(pages, settings, path, text, on_error, kind, schema):
    # Version and settings are those of the driver; the workers are held against them.
    settings = (settings or Settings()).fixed()
    check_on_error(on_error)

    def work(batches: Iterator) -> Iterator:
        from . import _arrow

        make = _arrow.facts if kind == "facts" else _arrow.findings
        lazy = Lazy(settings, [kind], on_error)
        try:
            for batch in batches:
                yield from make(lazy, batch.column(0), batch.column(1)).to_batches()
            lazy.close()
        finally:
            lazy.stop()

    return pages.select(path, text).mapInArrow(work, schema)
