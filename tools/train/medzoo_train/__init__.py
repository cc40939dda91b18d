"""Training, conversion and export of medzoo's models."""

import os

# Read by onnxruntime as it loads: it would report its use to its maker.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
