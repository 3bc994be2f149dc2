"""Spark on this machine, with two tasks at a time."""

import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(__file__))

import common
from pyspark.sql import SparkSession
from validator import Settings
from validator.spark import check, facts, links


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        cls.spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
        cls.spark.sparkContext.setLogLevel("OFF")
        cls.pages = common.pages()
        cls.project = common.Project(cls.pages)
        cls.settings = Settings.of(config=cls.project.config)
        cls.frame = cls.spark.createDataFrame(cls.pages, "path string, text string")

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()
        cls.project.close()

    def found(self, frame):
        return common.canonical(row.asDict() for row in frame.collect())

    def test_findings_are_those_of_batch(self):
        for partitions in (1, 4):
            found = self.found(check(self.frame.repartition(partitions), self.settings))
            self.assertEqual(found, self.project.expected(crossing=False))

    def test_the_planted_links_are_found_exactly(self):
        found = links(self.frame.repartition(3), self.settings)
        self.assertEqual(found.count(), common.PLANTED)
        self.assertEqual(self.found(found), self.project.expected(crossing=True))

    def test_empty_partitions_and_no_pages(self):
        few = self.frame.limit(2).repartition(8)
        self.assertEqual(facts(few, self.settings).count(), 2)
        self.assertEqual(check(self.frame.limit(0), self.settings).count(), 0)

    def test_a_poisoned_record_is_a_row_or_fails_the_job(self):
        poisoned = self.spark.createDataFrame(
            [("a.md", "# A\n"), ("b.md", None), ("c.md", "x\0y")], "path string, text string"
        )
        rows = [(row.path, row.rule) for row in check(poisoned, Settings()).collect()]
        self.assertEqual(sorted(rows), [("b.md", "record-error"), ("c.md", "binary-file")])
        with self.assertRaisesRegex(Exception, "cannot be checked"):
            check(poisoned, Settings(), on_error="fail").collect()

    def test_a_partition_of_one_giant_page(self):
        giant = "# T\n" + "\nA line of text that is long enough.\n" * 100_000
        frame = self.spark.createDataFrame([("g.md", giant)], "path string, text string")
        self.assertEqual(check(frame, Settings()).count(), 0)

    def test_a_killed_worker_and_one_of_another_version_fail_the_job(self):
        # Workers read the program's name from their own environment, as on other machines.
        for make, message in ((common.mortal, "ended with status"), (common.impostor, "0.0.0")):
            with tempfile.TemporaryDirectory() as folder:
                script = (
                    "import os, sys\n"
                    "from pyspark.sql import SparkSession\n"
                    "from validator import Settings\nfrom validator.spark import check\n"
                    "settings = Settings().fixed()\n"
                    f"os.environ['VALIDATOR_BINARY'] = {make(folder)!r}\n"
                    "spark = SparkSession.builder.master('local[2]')"
                    ".config('spark.ui.enabled', 'false').getOrCreate()\n"
                    "rows = [(f'{at}.md', '# A') for at in range(100)]\n"
                    "frame = spark.createDataFrame(rows, 'path string, text string')\n"
                    "print('FOUND', check(frame, settings).count())\n"
                )
                ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
                self.assertNotEqual(ran.returncode, 0)
                self.assertNotIn("FOUND", ran.stdout)
                self.assertIn(message, ran.stderr)

    def test_the_example_runs(self):
        example = common.REPOSITORY / "examples" / "spark" / "check.py"
        with tempfile.TemporaryDirectory() as folder:
            self.frame.write.parquet(f"{folder}/pages")
            ran = subprocess.run(
                [sys.executable, example, f"{folder}/pages", f"{folder}/out", self.project.config],
                capture_output=True,
                text=True,
            )
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn(f"{common.PLANTED} dead links", ran.stdout)
            self.assertIn("2,000 pages", ran.stdout)


if __name__ == "__main__":
    unittest.main()
