#!/usr/bin/env bash
# Checks written files with other people's programs: dciodvfy (Debian's dicom3tools), pydicom, highdicom, nibabel,
# pycocotools, and the archive Orthanc over DICOMweb. Installs them: Python packages into packages/export/.venv, the
# others where apt-get and root are at hand.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dciodvfy >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq dicom3tools
  else
    echo 'dciodvfy is missing: install dicom3tools, or its part of the checks is left out.' >&2
  fi
fi
# Without recommended packages: orthanc-gdcm crashes over files that are damaged.
if ! command -v Orthanc >/dev/null || [ ! -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install -y -qq --no-install-recommends orthanc orthanc-dicomweb ||
      { apt-get update -qq && apt-get install -y -qq --no-install-recommends orthanc orthanc-dicomweb; } ||
      echo 'Orthanc cannot be installed: its part of the checks is left out.' >&2
    # A package of Debian starts its service, which listens to everybody; the test starts one of its own.
    systemctl disable --now orthanc 2>/dev/null || true
  else
    echo 'Orthanc is missing: install orthanc and orthanc-dicomweb, or its part of the checks is left out.' >&2
  fi
fi
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/pip install --quiet 'pydicom>=3' highdicom nibabel pycocotools || {
  echo 'error: pip could not install the readers into packages/export/.venv: is PyPI within reach?' >&2
  exit 1
}

export MEDZOO_EXPORT_PYTHON="$PWD/.venv/bin/python"
cd ../..
npx vitest run packages/export/test/verify.e2e-spec.ts packages/export/test/orthanc.e2e-spec.ts
