"""Plain Python, with several processes; no engine."""

import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(__file__))

import common
from validator import Mismatch, Settings, Worker, WorkerError, join
from validator.local import check, links, parquet


class Local(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = common.pages()
        cls.project = common.Project(cls.pages)
        cls.settings = Settings.of(config=cls.project.config)

    @classmethod
    def tearDownClass(cls):
        cls.project.close()

    def test_findings_are_those_of_batch(self):
        found = common.canonical(check(self.pages, self.settings, processes=2))
        self.assertEqual(found, self.project.expected(crossing=False))
        self.assertGreater(len(found), 500)

    def test_links_are_those_of_batch(self):
        found = list(links(self.pages, self.settings, processes=2))
        self.assertEqual(common.canonical(found), self.project.expected(crossing=True))
        self.assertEqual(len(found), common.PLANTED)

    def test_pages_come_from_parquet_wherever_it_lies(self):
        import pyarrow
        from pyarrow import fs
        from pyarrow import parquet as files

        with tempfile.TemporaryDirectory() as folder:
            paths, texts = zip(*self.pages[:100])
            table = pyarrow.table({"path": paths, "text": texts, "other": [1] * 100})
            files.write_table(table, f"{folder}/one.parquet", row_group_size=30)
            remote = fs.SubTreeFileSystem(folder, fs.LocalFileSystem())
            read = list(parquet("one.parquet", filesystem=remote))
        self.assertEqual(read, self.pages[:100])

    def test_a_poisoned_page_is_a_finding_or_fails(self):
        poisoned = [("a.md", "# A\n"), ("b.md", "x\0y"), ("c.md", "\ud800"), ("d.md", "# D\n")]
        found = list(check(poisoned, Settings(), processes=1))
        rules = [(row["path"], row["rule"]) for row in found]
        self.assertEqual(rules, [("b.md", "binary-file"), ("c.md", "record-error")])
        with self.assertRaisesRegex(WorkerError, "`b.md` cannot be checked"):
            list(check(poisoned, Settings(), processes=1, on_error="fail"))
        with self.assertRaisesRegex(ValueError, "expected one of keep, fail"):
            list(check(poisoned, Settings(), on_error="ignore"))

    def test_a_worker_that_ends_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.dict(os.environ, VALIDATOR_BINARY=common.mortal(folder)):
                with self.assertRaisesRegex(WorkerError, r"ended with status .* after \d answers"):
                    with Worker(Settings()) as worker:
                        worker.check([{"path": "a.md", "text": "# A\n"}] * 100)

    def test_other_versions_and_settings_are_refused(self):
        fixed = Settings().fixed()
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.dict(os.environ, VALIDATOR_BINARY=common.impostor(folder)):
                with self.assertRaisesRegex(Mismatch, "is version 0.0.0 .* expected version"):
                    Worker(fixed)
        import dataclasses

        with self.assertRaisesRegex(Mismatch, "expected version"):
            Worker(dataclasses.replace(fixed, options=("--types", "markdown")))

    def test_settings_with_mistakes_say_where(self):
        with self.assertRaisesRegex(WorkerError, "(?s)ended with status 2 .*unknown rule"):
            Settings(config="rules: { MD0001: error }").fixed()

    def test_a_giant_page_passes(self):
        giant = "# T\n\n" + "A line of text that is long enough.\n\n" * 200_000
        with Worker(Settings()) as worker:
            answers = worker.check([{"path": "g.md", "text": giant, "want": ["metrics"]}] * 2)
        self.assertEqual(answers[0]["metrics"]["bytes"], len(giant))
        self.assertEqual(answers[0], answers[1])

    def test_no_pages_have_no_findings(self):
        self.assertEqual(list(check([], Settings(), processes=1)), [])
        with self.assertRaisesRegex(WorkerError, "no facts"):
            list(join([]))


if __name__ == "__main__":
    unittest.main()
