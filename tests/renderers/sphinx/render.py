"""Builds sites of Sphinx, whose pages MyST-Parser reads, and writes one JSON object: per path
either `error` or `html`, the body of the page."""

import io
import json
import re
import sys
import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace


def built(site, out, failed):
    """Builds all pages but those that failed, and adds those that MyST-Parser or Sphinx fail on."""
    with tempfile.TemporaryDirectory() as trees, docutils_namespace():
        excluded = [f"{name}.md" for name in failed]
        app = Sphinx(
            str(site), str(site), str(out), trees, "json", status=None, warning=io.StringIO(),
            confoverrides={"exclude_patterns": excluded},
        )
        known = len(failed)
        read = app.builder.read_doc

        def guarded(name, **options):
            try:
                read(name, **options)
            except Exception as error:
                failed[name] = repr(error)

        app.builder.read_doc = guarded
        try:
            app.build(force_all=True)
        except Exception:
            if len(failed) == known:
                raise
        return app.env.found_docs if len(failed) == known else None


def rendered(site):
    failed = {}
    with tempfile.TemporaryDirectory() as out:
        while (names := built(site, out, failed)) is None:
            pass
        for name in names:
            page = json.loads((Path(out) / f"{name}.fjson").read_text(encoding="utf-8"))
            # Formulas have a new name in each build.
            body = re.sub(r"\bequation-[0-9a-f-]{36}", "equation", page["body"])
            yield str(site / f"{name}.md"), {"html": body}
    for name, error in failed.items():
        yield str(site / f"{name}.md"), {"error": error}


pages = {path: page for site in sys.argv[1:] for path, page in rendered(Path(site).resolve())}
json.dump(pages, sys.stdout)
