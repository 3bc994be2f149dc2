"""Pages in a Dataset of Ray, with the columns ``path`` and ``text``.

    from validator import Settings
    from validator.ray import check, links

    pages = ray.data.read_parquet("s3://bucket/pages")
    check(pages, Settings.of(config="validator.yaml"), actors=8).write_parquet("findings")

An actor holds a worker. It takes half a processor, since reading takes some, too: actors that have
all of them wait for input that nobody can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import _arrow
from ._findings import Lazy, check_on_error
from ._join import join
from ._worker import Settings

#: Processors that an actor takes.
CPUS = 0.5


class Checker:
    """Makes findings, or facts, of batches: for ``Dataset.map_batches``."""

    def __init__(self, settings: Settings, kind: str, path: str, text: str, on_error: str):
        self._lazy = Lazy(settings, [kind], on_error)
        self._make = _arrow.facts if kind == "facts" else _arrow.findings
        self._columns = (path, text)

    def __call__(self, batch):
        path, text = self._columns
        return self._make(self._lazy, batch.column(path), batch.column(text))


def check(
    pages,
    settings: Settings | None = None,
    path: str = "path",
    text: str = "text",
    on_error: str = "keep",
    actors: int = 2,
    **options,
):
    """A Dataset of findings. Pages that cannot be checked are findings of the rule
    ``record-error``, or with ``on_error="fail"`` fail the job. ``options`` are those of
    ``map_batches``.
    """
    return _map(pages, settings, "findings", path, text, on_error, actors, options)


def facts(
    pages,
    settings: Settings | None = None,
    path: str = "path",
    text: str = "text",
    on_error: str = "keep",
    actors: int = 2,
    **options,
):
    """A Dataset with the column ``facts``: for each page a JSON object, to be kept and joined."""
    return _map(pages, settings, "facts", path, text, on_error, actors, options)


def links(
    pages,
    settings: Settings | None = None,
    path: str = "path",
    text: str = "text",
    on_error: str = "keep",
    actors: int = 2,
    files: Iterable[str] = (),
    **options,
):
    """A Dataset of the findings that take all pages: links, anchors, unique fields.

    The facts are made by the actors and joined here, in bounded memory; see :func:`validator.join`.
    """
    import pyarrow
    import ray

    made = facts(pages, settings, path, text, on_error, actors, **options)

    def lines() -> Iterator[str]:
        for batch in made.iter_batches(batch_format="pyarrow"):
            yield from batch.column("facts").to_pylist()

    found = list(join(lines(), files))
    return ray.data.from_arrow(pyarrow.Table.from_pylist(found, schema=_arrow.FINDINGS))


def _map(pages, settings, kind, path, text, on_error, actors, options):
    import ray

    settings = (settings or Settings()).fixed()
    arguments = (settings, kind, path, text, check_on_error(on_error))
    options = {"num_cpus": CPUS, "batch_size": 1_000, **options}
    return pages.map_batches(
        Checker,
        fn_constructor_args=arguments,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=actors),
        **options,
    )
