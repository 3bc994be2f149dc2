"""From a directory of Parquet to tables of findings and dead links.

python check.py PAGES OUT [validator.yaml]
"""

import sys

from pyspark.sql import SparkSession
from validator import Settings
from validator.spark import check, links

source, out, *config = sys.argv[1:]
settings = Settings.of(config=config[0] if config else None)

spark = SparkSession.builder.getOrCreate()
pages = spark.read.parquet(source).select("path", "text").cache()

check(pages, settings).write.mode("overwrite").parquet(f"{out}/findings")
links(pages, settings).write.mode("overwrite").parquet(f"{out}/links")

findings, dead = (spark.read.parquet(f"{out}/{name}") for name in ("findings", "links"))
print(f"{pages.count():,} pages: {findings.count():,} findings, {dead.count():,} dead links")
findings.groupBy("rule", "name").count().orderBy("count", ascending=False).show(10, truncate=False)
spark.stop()
