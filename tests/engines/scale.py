"""Measures the ways to check many pages against each other, on pages made of real ones.

    VALIDATOR_BINARY=target/release/validator PYTHONPATH=python \\
        python3 tests/engines/scale.py CORPUS WORK [--pages 1000000] [--seed 1] [--ways batch,shards,pipe]

Pages are those of CORPUS with seeded edits, without their links and with links to each other, of which
400 lead nowhere. Each way writes its processor seconds, its largest process and a hash of its rows, in
whatever order they come; `spark` and `ray` need their packages. WORK keeps the pages for the next time.
"""

import argparse
import collections
import hashlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

BINARY = os.path.realpath(os.environ["VALIDATOR_BINARY"])
PLANTED = 400
SHARDS = 8
RULES = "MD001,MD004,MD009,MD010,MD012,MD022,MD031,MD032,MD034,MD040,MD047,LINK001,LINK002"
CONFIG = "types: [markdown, links]\nflavor: gfm\n"
LINKS = re.compile(r"\]\([^)]*\)|\]:\s*\S+|(?:href|src)\s*=\s*\S+|\[\^?[^\]]*\]:?|https?://\S+")


def real(corpus):
    """The texts of real pages, without what they link to."""
    texts = []
    for path in sorted(Path(corpus).rglob("*.md")):
        text = path.read_text("utf-8", "replace")
        if 200 < len(text) < 20_000 and not text.startswith("---"):
            texts.append(LINKS.sub(" ", text))
    return texts


def page(texts, at, count, dead, seed):
    """The text of a page: a real one with a few lines changed, and two links."""
    choose = random.Random(seed * 1_000_003 + at)
    lines = texts[choose.randrange(len(texts))].split("\n")[:60]
    for _ in range(3):
        line = choose.randrange(len(lines))
        edit = choose.randrange(4)
        if edit == 0:
            lines[line] += " "
        elif edit == 1:
            lines.insert(line, lines[choose.randrange(len(lines))])
        elif edit == 2:
            lines[line] = f"changed {at} {lines[line]}"
        else:
            del lines[line]
            lines = lines or [""]
    links = []
    for link in range(2):
        to = choose.randrange(count)
        target = f"../d{to // 1000}/p{to}.md"
        if at * 2 + link in dead:
            target = f"../d{to // 1000}/gone-{at}.md" if link else f"{target}#no-such-part"
        links += [f"Page {at} has a [link]({target}).", ""]
    # In front, since code and HTML of real pages may be open at the end.
    return "\n".join(links + lines) + "\n"


def make(options):
    """The pages as files below `pages`; returns where they are."""
    root = Path(options.work) / f"pages-{options.pages}-{options.seed}"
    if (root / "made").exists():
        return root
    texts = real(options.corpus)
    if not texts:
        sys.exit(f"error: no pages below {options.corpus}")
    shutil.rmtree(root, ignore_errors=True)
    (root / "project/.git").mkdir(parents=True)
    (root / "project/.git/HEAD").write_text("ref: refs/heads/main\n")
    (root / "project/validator.yaml").write_text(CONFIG)
    dead = set(random.Random(options.seed).sample(range(options.pages * 2), PLANTED))
    with open(root / "records.jsonl", "w") as records:
        for at in range(options.pages):
            path = f"d{at // 1000}/p{at}.md"
            text = page(texts, at, options.pages, dead, options.seed)
            file = root / "project" / path
            if at % 1000 == 0:
                file.parent.mkdir()
            file.write_text(text)
            want = ["findings", "facts"]
            records.write(json.dumps({"path": path, "text": text, "want": want}) + "\n")
    (root / "made").touch()
    return root


class Rows:
    """Counts rows, and adds up their hashes: the same for the same rows in any order."""

    def __init__(self):
        self.sum, self.rules = 0, collections.Counter()

    def add(self, row):
        kept = [row[name] for name in ("path", "line", "column", "rule", "message", "fingerprint")]
        digest = hashlib.blake2b(json.dumps(kept).encode(), digest_size=16).digest()
        self.sum = (self.sum + int.from_bytes(digest, "big")) % 2**128
        self.rules[row["rule"]] += 1

    def told(self):
        links = sum(count for rule, count in self.rules.items() if rule.startswith("LINK"))
        return {"rows": self.rules.total(), "links": links, "hash": f"{self.sum:032x}"[:16]}


def run(arguments, cwd, each, stdin=None):
    """Runs the program, hands over each line, and says what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen(
        [BINARY, *arguments], cwd=cwd, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    for line in child.stdout:
        each(line)
    _, status, _ = os.wait4(child.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"error: {arguments} ended with {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, after.ru_maxrss / 1024


def batch(root):
    rows = Rows()
    arguments = ["batch", "--select", RULES, "--format", "jsonl", "--quiet", "--no-record"]
    used = run(arguments, root / "project", lambda line: rows.add(json.loads(line)))
    return rows, [used]


def shards(root):
    rows, used = Rows(), []
    for part in range(1, SHARDS + 1):
        arguments = ["batch", "--select", RULES, "--format", "concise", "--quiet"]
        arguments += ["--shard", f"{part}/{SHARDS}", "--shard-file", str(root / f"{part}.shard")]
        used.append(run(arguments, root / "project", lambda line: None))
    files = [str(root / f"{part}.shard") for part in range(1, SHARDS + 1)]
    arguments = ["merge", *files, "--format", "jsonl", "--quiet", "--no-record"]
    used.append(run(arguments, root / "project", lambda line: rows.add(json.loads(line))))
    return rows, used


def pipe(root):
    rows = Rows()
    facts = open(root / "facts.jsonl", "wb")

    def answer(line):
        for row in json.loads(line)["findings"]:
            rows.add(row)
        facts.write(line)

    arguments = ["pipe", "--config", "validator.yaml", "--select", RULES]
    with open(root / "records.jsonl") as records:
        used = [run(arguments, root / "project", answer, records)]
    facts.close()
    arguments = ["join", str(root / "facts.jsonl"), "--format", "jsonl", "--quiet"]
    used.append(run(arguments, root, lambda line: rows.add(json.loads(line))))
    return rows, used


def spark(root):
    from pyspark.sql import SparkSession
    from validator import Settings
    from validator.spark import check, links

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", False)
    session = session.config("spark.driver.memory", "4g").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    pages = session.read.json(str(root / "records.jsonl")).select("path", "text").repartition(64)
    return engine(pages, Settings, check, links, lambda frame: frame.toLocalIterator(), root)


def ray(root):
    import ray as engine_of
    from validator import Settings
    from validator.ray import check, links

    # The actors take one processor, reading and choosing columns one each: with two, nobody goes on.
    engine_of.init(num_cpus=4, log_to_driver=False, object_store_memory=8 * 2**30)
    pages = engine_of.data.read_json(str(root / "records.jsonl")).select_columns(["path", "text"])
    return engine(pages, Settings, check, links, lambda data: data.iter_rows(), root)


def engine(pages, settings_of, check, links, iterate, root):
    """What both engines do; the workers' processor time is not told apart from the engine's."""
    rows = Rows()
    settings = settings_of.of(config=root / "project/validator.yaml", select=RULES.split(","))
    for found in (check(pages, settings), links(pages, settings)):
        for row in iterate(found):
            rows.add(row if isinstance(row, dict) else row.asDict())
    return rows, []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("work")
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", default="batch,shards,pipe")
    options = parser.parse_args()
    root = make(options)
    ways = {way.__name__: way for way in (batch, shards, pipe, spark, ray)}
    seen = set()
    for name in filter(None, options.ways.split(",")):
        start = time.monotonic()
        rows, used = ways[name](root)
        told = rows.told()
        seen.add(told["hash"])
        seconds = time.monotonic() - start
        told |= {"way": name, "seconds": round(seconds, 1)}
        told["pages_per_second"] = round(options.pages / seconds)
        if used:
            cpu = sum(part for part, _ in used)
            told["cpu_us_per_page"] = round(cpu / options.pages * 1e6, 1)
            told["cpu_seconds"] = [round(part, 1) for part, _ in used]
            told["peak_mib"] = round(max(peak for _, peak in used), 1)
        print(json.dumps(told), flush=True)
    if len(seen) > 1:
        sys.exit("error: the ways do not find the same")


main()
