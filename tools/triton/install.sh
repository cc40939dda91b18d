#!/usr/bin/env bash
# Installs Triton (450 MB, Linux x64) into tools/triton/.venv; the test of the remote backend runs where it is there.
set -euo pipefail
cd "$(dirname "$0")"
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements.txt
