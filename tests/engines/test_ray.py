"""Ray on this machine, with actors that take half a processor."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))

import common
import pyarrow
import ray
from pyarrow import parquet
from validator import Settings
from validator.ray import check, links


class Ray(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        ray.data.DataContext.get_current().enable_progress_bars = False
        cls.pages = common.pages()
        cls.project = common.Project(cls.pages)
        cls.settings = Settings.of(config=cls.project.config)
        paths, texts = zip(*cls.pages)
        cls.table = pyarrow.table({"path": paths, "text": texts})
        cls.data = ray.data.from_arrow(cls.table)

    @classmethod
    def tearDownClass(cls):
        ray.shutdown()
        cls.project.close()

    def test_findings_are_those_of_batch(self):
        found = common.canonical(check(self.data, self.settings).take_all())
        self.assertEqual(found, self.project.expected(crossing=False))

    def test_the_planted_links_are_found_exactly(self):
        found = links(self.data, self.settings).take_all()
        self.assertEqual(len(found), common.PLANTED)
        self.assertEqual(common.canonical(found), self.project.expected(crossing=True))

    def test_a_poisoned_record_is_a_row_or_fails_the_job(self):
        poisoned = ray.data.from_arrow(
            pyarrow.table({"path": ["a.md", "b.md"], "text": ["# A\n", "x\0y"]})
        )
        rows = [(row["path"], row["rule"]) for row in check(poisoned, Settings()).take_all()]
        self.assertEqual(rows, [("b.md", "binary-file")])
        with self.assertRaisesRegex(Exception, "cannot be checked"):
            check(poisoned, Settings(), on_error="fail").take_all()

    def test_another_version_fails_the_job(self):
        settings = Settings(expected=("0.0.0", "0"))
        with self.assertRaisesRegex(Exception, "expected version 0.0.0"):
            check(self.data, settings).take_all()

    def test_the_example_runs(self):
        example = common.REPOSITORY / "examples" / "ray" / "check.py"
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/pages")
            parquet.write_table(self.table, f"{folder}/pages/one.parquet")
            ran = subprocess.run(
                [sys.executable, example, f"{folder}/pages", f"{folder}/out", self.project.config],
                capture_output=True,
                text=True,
            )
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn(f"{common.PLANTED} dead links", ran.stdout)


if __name__ == "__main__":
    unittest.main()
