"""From a directory of Parquet to tables of findings and dead links.

python check.py PAGES OUT [validator.yaml]
"""

import sys

import ray
from validator import Settings
from validator.ray import check, links

source, out, *config = sys.argv[1:]
settings = Settings.of(config=config[0] if config else None)

ray.init(num_cpus=4, include_dashboard=False, ignore_reinit_error=True)
pages = ray.data.read_parquet(source, columns=["path", "text"], override_num_blocks=4)

check(pages, settings).write_parquet(f"{out}/findings")
dead = links(pages, settings).materialize()
dead.write_parquet(f"{out}/links")

findings = ray.data.read_parquet(f"{out}/findings")
print(f"{pages.count():,} pages: {findings.count():,} findings, {dead.count():,} dead links")
ray.shutdown()
