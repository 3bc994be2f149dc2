"""Pages with planted mistakes, and what one run over them finds."""

import json
import os
import random
import subprocess
import tempfile
from pathlib import Path

BINARY = os.environ["VALIDATOR_BINARY"]
REPOSITORY = Path(__file__).resolve().parents[2]
CONFIG = "types: [markdown, yaml, links]\nrules:\n  YAML011: { fields: [slug] }\n  YAML005: off\n"

#: Links and anchors that lead nowhere, in all pages together.
PLANTED = 400


def pages(count=2_000, seed=1):
    """Pages of which some have links to others, PLANTED of them dead, and mistakes of style."""
    choose = random.Random(seed)
    dead = set(choose.sample(range(count * 2), PLANTED))
    found = []
    for at in range(count):
        lines = [f"---\nslug: page-{at}\n---\n\n# Page {at}\n\n## Part one\n"]
        for link in range(2):
            to = choose.randrange(count)
            target = f"../d{to % 10}/p{to}.md"
            if at * 2 + link in dead:
                target = f"{target}#no-part" if link else f"gone-{at}.md"
            else:
                target += choose.choice(["", "#part-one"])
            lines.append(f"A [link]({target}) to a page.\n")
        if at % 7 == 0:
            lines.append("#### Too deep\n")
        if at % 5 == 0:
            lines.append("Trailing space \n")
        found.append((f"d{at % 10}/p{at}.md", "\n".join(lines)))
    return found


class Project:
    """The pages as files, and the findings of ``batch``."""

    def __init__(self, made):
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        (root / ".git").mkdir()
        (root / "validator.yaml").write_text(CONFIG)
        for path, text in made:
            file = root / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        self.root = root
        self.config = root / "validator.yaml"
        ran = subprocess.run(
            [BINARY, "batch", "--format", "jsonl", "--quiet"], cwd=root, capture_output=True
        )
        assert ran.returncode == 1, ran
        self.rows = [json.loads(line) for line in ran.stdout.splitlines()]

    def expected(self, crossing):
        """What is found alone, or what takes other pages to find."""
        is_crossing = lambda row: row["type"] == "links" or row["rule"] == "YAML011"
        return canonical(row for row in self.rows if is_crossing(row) == crossing)

    def close(self):
        self.folder.cleanup()


def canonical(rows):
    """Rows in an order of their own, with the columns that tables have."""
    from validator import COLUMNS

    return sorted(json.dumps([row[name] for name, _ in COLUMNS]) for row in rows)


def impostor(folder, version="0.0.0"):
    """A program that answers as ``validator pipe`` of another version."""
    path = Path(folder) / "impostor"
    path.write_text(
        "#!/usr/bin/env python3\nimport sys\nfor line in sys.stdin:\n"
        '    print(\'{"hello":1,"protocol":1,"version":"%s","digest":"0"}\', flush=True)\n' % version
    )
    path.chmod(0o755)
    return str(path)


def mortal(folder):
    """A program that ends in the middle of its records, with a status of success."""
    path = Path(folder) / "mortal"
    path.write_text(
        "#!/usr/bin/env python3\nimport subprocess, sys\n"
        f"worker = subprocess.Popen([{BINARY!r}] + sys.argv[1:], stdin=subprocess.PIPE)\n"
        "for number, line in enumerate(sys.stdin):\n"
        "    worker.stdin.write(line.encode())\n    worker.stdin.flush()\n"
        "    if number == 5:\n        break\nworker.kill()\n"
    )
    path.chmod(0o755)
    return str(path)
