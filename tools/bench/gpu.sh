#!/usr/bin/env bash
# Runs the whole bench and the soak on a machine with a GPU, and prints what goes to docs/results.md.
#   tools/bench/gpu.sh cuda     (or webgpu, tensorrt; cuda if left out)
# Needs Node >= 20.19 and npm; for cuda an NVIDIA driver, CUDA 12 and cuDNN 9. MINUTES=1 shortens the soak, QUICK=1 the bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
provider=${1:-cuda}
minutes=${MINUTES:-10}
out=out/bench-$provider

case $provider in
  cuda | tensorrt | webgpu) ;;
  *) echo "usage: tools/bench/gpu.sh [cuda|tensorrt|webgpu]; got $provider" >&2 && exit 2 ;;
esac
say() { printf '\n=== %s\n' "$*" >&2; }

say 'install and build'
[ -d node_modules ] || npm ci >&2
if [ "$provider" != webgpu ] && ! ls node_modules/onnxruntime-node/bin/napi-v*/linux/x64/libonnxruntime_providers_cuda.so >/dev/null 2>&1; then
  # .npmrc skips onnxruntime-node's install script, which downloads the CUDA provider.
  (cd node_modules/onnxruntime-node && ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install.js) >&2
fi
npm run --silent build >&2

gpu=unknown
if command -v nvidia-smi >/dev/null; then
  gpu=$(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -n 1)
fi

# The bench refuses to start where a model does not run on this provider: no CPU numbers under a GPU's name.
say "bench on $provider"
mkdir -p "$out"
node tools/bench/dist/bench.js --providers "$provider" --out "$out" ${QUICK:+--quick} >"$out/bench.txt" || {
  cat "$out/bench.txt" >&2
  exit 1
}

say "soak of $minutes min on $provider"
soak=0
node tools/bench/dist/soak.js --providers "$provider" --minutes "$minutes" --out "$out" >"$out/soak.txt" 2>&1 || soak=$?

printf '### %s, %s\n\n' "$provider" "$gpu"
cat "$out/bench.md"
printf '\nSoak, %s min:\n\n```\n' "$minutes"
cat "$out/soak.txt"
printf '```\n'
exit "$soak"
