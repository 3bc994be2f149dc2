#!/bin/sh
# Scores the links and ids of every site below a folder of truths, each with its score.py beside it:
#   examples/links/score.sh TRUTHS [SITE...]
set -eu
truths=$1
shift
work=${TMPDIR:-/tmp}/links-score
[ $# -gt 0 ] || set -- $(cd "$truths" && ls -d */ | tr -d /)
for site in "$@"; do
    mkdir -p "$work/$site"
    if [ -f "$truths/$site/source.tar.gz" ]; then
        tar xf "$truths/$site/source.tar.gz" -C "$work/$site"
    else
        cp -R "$truths/$site/source/." "$work/$site"
    fi
    "${LINKS:-target/debug/examples/links}" "$work/$site" > "$work/$site.jsonl"
    "${LINKS:-target/debug/examples/links}" "$work/$site" --ids > "$work/$site.ids.jsonl"
    python3 "$truths/score.py" "$truths/$site" "$work/$site.jsonl" --show "${SHOW:-0}"
    python3 "$truths/score.py" "$truths/$site" --ids "$work/$site.ids.jsonl" --show "${SHOW:-0}"
done
