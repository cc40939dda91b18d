#!/usr/bin/env bash
# Checks written files with other people's readers: dciodvfy (Debian's dicom3tools), pydicom, highdicom, nibabel and pycocotools.
# Installs them: Python packages into packages/export/.venv, dicom3tools where apt-get and root are at hand.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dciodvfy >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq dicom3tools
  else
    echo 'dciodvfy is missing: install dicom3tools, or its part of the checks is left out.' >&2
  fi
fi
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/pip install --quiet 'pydicom>=3' highdicom nibabel pycocotools || {
  echo 'error: pip could not install the readers into packages/export/.venv: is PyPI within reach?' >&2
  exit 1
}

export MEDZOO_EXPORT_PYTHON="$PWD/.venv/bin/python"
cd ../..
npx vitest run packages/export/test/verify.e2e-spec.ts
