"""Check documentation pages in pipelines: plain Python, Spark, Ray, datatrove.

The checking is done by the ``validator`` program, one worker process per task. This package ships
the settings to the workers, refuses workers of another version or with other settings, and counts
answers against records: there are never fewer results with success.

    from validator import Settings
    from validator.spark import check

    findings = check(spark.read.parquet("pages"), Settings.of(config="validator.yaml"))

``validator.local`` needs nothing but Python, ``validator.spark`` and ``validator.ray`` the engine
and pyarrow.
"""

from ._findings import COLUMNS
from ._join import join
from ._worker import Mismatch, Settings, Worker, WorkerError, binary

__all__ = ["COLUMNS", "Mismatch", "Settings", "Worker", "WorkerError", "binary", "join"]
