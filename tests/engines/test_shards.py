"""The example of shards runs, and comes to what one run comes to."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))

import common


class Shards(unittest.TestCase):
    def test_the_example_runs(self):
        project = common.Project(common.pages(300))
        example = common.REPOSITORY / "examples" / "shards" / "run"
        with tempfile.TemporaryDirectory() as folder:
            whole = subprocess.run(
                [common.BINARY, "batch", "--format", "jsonl"], cwd=project.root, capture_output=True
            )
            ran = subprocess.run(
                [example, project.root, "5", "--format", "jsonl"],
                capture_output=True,
                env={**os.environ, "TMPDIR": folder},
            )
            self.assertEqual(ran.returncode, whole.returncode, ran.stderr)
            self.assertEqual(ran.stdout, whole.stdout)
        project.close()


if __name__ == "__main__":
    unittest.main()
