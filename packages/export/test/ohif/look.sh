#!/usr/bin/env bash
# Opens a study in OHIF and takes a picture, to look at: look.sh FOLDER_OF_DICOM_FILES PICTURE.png [SERIES]
# SERIES is what the series to open is called, 'segmentation' by default. Needs Orthanc (see ../verify.sh), chromium, and
# npm's registry: OHIF (48 MB, 208 MB unpacked) and playwright-core go into packages/export/.ohif.
set -euo pipefail
folder=$(realpath "$1")
picture=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$here/../../.ohif"
cd "$here/../../.ohif"
[ -f package.json ] || echo '{ "private": true }' >package.json
[ -d node_modules/playwright-core ] || npm install --silent playwright-core@1
[ -d package/dist ] || { npm pack --silent @ohif/app@3.12.10 >/dev/null && tar xzf ohif-app-3.12.10.tgz; }
node "$here/look.mjs" "$folder" "$picture" "${3:-segmentation}"
