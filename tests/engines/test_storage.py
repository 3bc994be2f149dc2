"""Object storage: pages come from a server that speaks S3, and findings go back to it."""

import logging
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))

import common
from validator import Settings
from validator.local import check, links, parquet


class Storage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from moto.server import ThreadedMotoServer
        from pyarrow import fs

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        cls.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.server.start()
        host, port = cls.server.get_host_and_port()
        cls.address = f"{host}:{port}"
        cls.storage = fs.S3FileSystem(
            access_key="key",
            secret_key="secret",
            region="us-east-1",
            endpoint_override=cls.address,
            scheme="http",
            allow_bucket_creation=True,
        )
        cls.storage.create_dir("docs")
        cls.pages = common.pages()
        cls.project = common.Project(cls.pages)
        cls.settings = Settings.of(config=cls.project.config)
        cls.write_pages()

    @classmethod
    def tearDownClass(cls):
        cls.project.close()
        cls.server.stop()

    @classmethod
    def write_pages(cls):
        import pyarrow
        from pyarrow import parquet as files

        half = len(cls.pages) // 2
        for number, part in enumerate((cls.pages[:half], cls.pages[half:])):
            paths, texts = zip(*part)
            table = pyarrow.table({"path": paths, "text": texts})
            name = f"docs/pages/part-{number}.parquet"
            files.write_table(table, name, filesystem=cls.storage, row_group_size=100)

    def test_pages_in_a_bucket_have_the_findings_of_batch(self):
        pages = list(parquet("docs/pages", filesystem=self.storage))
        self.assertEqual(pages, self.pages)
        found = list(check(pages, self.settings, processes=2))
        self.assertEqual(common.canonical(found), self.project.expected(crossing=False))
        dead = list(links(pages, self.settings, processes=2))
        self.assertEqual(common.canonical(dead), self.project.expected(crossing=True))
        self.assertEqual(len(dead), common.PLANTED)

    def test_findings_go_back_to_the_bucket(self):
        import pyarrow
        from pyarrow import dataset
        from pyarrow import parquet as files

        pages = parquet("docs/pages", filesystem=self.storage)
        rows = [
            {"path": row["path"], "line": row["line"], "rule": row["rule"]}
            for row in check(pages, self.settings, processes=2)
        ]
        self.assertGreater(len(rows), 500)
        table = pyarrow.Table.from_pylist(rows)
        files.write_table(table, "docs/findings/all.parquet", filesystem=self.storage)
        stored = dataset.dataset("docs/findings", filesystem=self.storage).to_table()
        self.assertEqual(stored.to_pylist(), rows)

    def test_an_address_is_enough(self):
        address = (
            f"s3://key:secret@docs/pages?region=us-east-1&scheme=http"
            f"&endpoint_override={self.address}"
        )
        self.assertEqual(list(parquet(address)), self.pages)

    def test_what_is_not_there_is_an_error(self):
        with self.assertRaisesRegex(OSError, "nowhere"):
            list(parquet("docs/nowhere", filesystem=self.storage))


if __name__ == "__main__":
    unittest.main()
