"""Renders the pages of sites of MkDocs as MkDocs does, with the extensions that each site's own
`mkdocs.yml` names, and writes one JSON object: per path either `error` or `html`."""

import json
import logging
import sys
from pathlib import Path

import markdown
from mkdocs.config import load_config
from mkdocs.utils import meta

logging.disable(logging.WARNING)


def rendered(site):
    config = load_config(str(site / "mkdocs.yml"))
    renderer = markdown.Markdown(
        extensions=config.markdown_extensions, extension_configs=config.mdx_configs or {}
    )
    for path in sorted(Path(config.docs_dir).rglob("*.md")):
        text, _ = meta.get_data(path.read_text(encoding="utf-8-sig"))
        try:
            yield str(path), {"html": renderer.reset().convert(text)}
        except Exception as error:
            yield str(path), {"error": repr(error)}


pages = {path: page for site in sys.argv[1:] for path, page in rendered(Path(site).resolve())}
json.dump(pages, sys.stdout)
