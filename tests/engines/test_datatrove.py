"""A pipeline of datatrove, in tasks of this machine."""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))

import common
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from validator import Settings, Worker
from validator.datatrove import Filter

BROKEN = "# T\n\n```\nopen\n"


def has_closed_fences(answer):
    return answer["metrics"]["unclosed_fences"] == 0


class Datatrove(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.settings = Settings.of(types=["markdown"])

    def run_pipeline(self, pages, step, tasks=1):
        """The documents that are written, and how many of which kind were counted."""
        os.makedirs(f"{self.folder}/in")
        for part in range(tasks):
            with open(f"{self.folder}/in/{part}.jsonl", "w") as file:
                for path, text in pages[part::tasks]:
                    file.write(json.dumps({"id": path, "text": text}) + "\n")
        executor = LocalPipelineExecutor(
            pipeline=[
                JsonlReader(f"{self.folder}/in"),
                step,
                JsonlWriter(f"{self.folder}/out", compression=None),
            ],
            tasks=tasks,
            workers=tasks,
            logging_dir=f"{self.folder}/log",
        )
        counted = executor.run().stats[1]
        written = []
        for name in sorted(os.listdir(f"{self.folder}/out")):
            with open(f"{self.folder}/out/{name}") as file:
                written += [json.loads(line) for line in file]
        return written, counted

    def test_metrics_and_counts_are_those_of_the_worker(self):
        pages = common.pages(500)
        written, counted = self.run_pipeline(pages, Filter(settings=self.settings), tasks=2)
        self.assertEqual(counted["forwarded"].total, len(pages))
        with Worker(self.settings) as worker:
            records = [
                {"path": path, "text": text, "want": ["findings", "metrics"]} for path, text in pages
            ]
            answers = dict(zip((path for path, _ in pages), worker.check(records), strict=True))
        self.assertEqual(len(written), len(pages))
        for document in written:
            answer = answers[document["id"]]
            self.assertEqual(document["metadata"]["validator_metrics"], answer["metrics"])
            self.assertEqual(document["metadata"]["validator_findings"], len(answer["findings"]))
        self.assertGreater(sum(len(answer["findings"]) for answer in answers.values()), 0)

    def test_documents_are_dropped_and_repaired(self):
        pages = [("a.md", "# A\n\ntext \n"), ("b.md", BROKEN), ("c.md", "# C\n")]
        step = Filter(has_closed_fences, self.settings, fix=True)
        written, counted = self.run_pipeline(pages, step)
        texts = [(document["id"], document["text"]) for document in written]
        self.assertEqual(texts, [("a.md", "# A\n\ntext\n"), ("c.md", "# C\n")])
        self.assertEqual(counted["dropped"].total, 1)

    def test_what_cannot_be_checked_is_counted_or_fails_the_task(self):
        huge = "x" * (65 << 20)
        written, counted = self.run_pipeline([("a.md", "# A\n"), ("b.md", huge)], Filter())
        self.assertEqual([document["id"] for document in written], ["a.md"])
        self.assertEqual(counted["dropped_unreadable"].total, 1)

    def test_what_the_settings_exclude_is_kept_as_it_is(self):
        config = f"{self.folder}/validator.yaml"
        with open(config, "w") as file:
            file.write("exclude: [drafts/]\n")
        pages = [("a.md", "# A\n\ntext \n"), ("drafts/b.md", "# B\n\ntext \n")]
        step = Filter(settings=Settings.of(config=config), fix=True)
        written, _ = self.run_pipeline(pages, step)
        texts = [document["text"] for document in written]
        self.assertEqual(texts, ["# A\n\ntext\n", "# B\n\ntext \n"])

    def test_mistaken_arguments_are_refused(self):
        with self.assertRaisesRegex(ValueError, "expected one of drop, fail"):
            Filter(on_error="keep")

    def test_a_failure_fails_the_task(self):
        step = Filter(on_error="fail")
        huge = "x" * (65 << 20)
        with self.assertRaisesRegex(Exception, "`b.md` cannot be checked"):
            self.run_pipeline([("b.md", huge)], step)

    def test_another_version_fails_the_task(self):
        step = Filter(settings=Settings(expected=("0.0.0", "0")))
        with self.assertRaisesRegex(Exception, "expected version 0.0.0"):
            self.run_pipeline([("a.md", "# A\n")], step)


if __name__ == "__main__":
    unittest.main()
