"""Findings as tables of Arrow."""

from __future__ import annotations

import json

import pyarrow

from ._findings import COLUMNS, Lazy

_TYPES = {"string": pyarrow.string(), "int": pyarrow.int32(), "boolean": pyarrow.bool_()}

#: The schema of findings.
FINDINGS = pyarrow.schema([(name, _TYPES[kind]) for name, kind in COLUMNS])

#: The schema of facts: a JSON object a row.
FACTS = pyarrow.schema([("facts", pyarrow.string())])


def findings(lazy: Lazy, paths: pyarrow.Array, texts: pyarrow.Array) -> pyarrow.Table:
    found = lazy.findings(paths.to_pylist(), texts.to_pylist())
    return pyarrow.Table.from_pylist(found, schema=FINDINGS)


def facts(lazy: Lazy, paths: pyarrow.Array, texts: pyarrow.Array) -> pyarrow.Table:
    answers = lazy.facts(paths.to_pylist(), texts.to_pylist())
    lines = [json.dumps(answer) for answer in answers]
    return pyarrow.Table.from_arrays([pyarrow.array(lines, pyarrow.string())], schema=FACTS)
