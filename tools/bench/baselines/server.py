"""FastAPI + onnxruntime + Pillow: the server that the bench compares the gateway with.

Started by src/baselines/fastapi.ts.
"""

import io
import json
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from PIL import Image

SETTINGS = json.loads(os.environ["BENCH_SETTINGS"])
WIDTH, HEIGHT = SETTINGS["width"], SETTINGS["height"]
MEAN = np.array(SETTINGS["mean"], dtype=np.float32)
STD = np.array(SETTINGS["std"], dtype=np.float32)


def open_model(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    if SETTINGS["threads"] is not None:
        options.intra_op_num_threads = SETTINGS["threads"]
    return onnxruntime.InferenceSession(path, options, providers=SETTINGS["providers"])


encoder = open_model(SETTINGS["encoder"])
head = open_model(SETTINGS["head"])
app = FastAPI()


def analyze(file: bytes) -> dict[str, object]:
    image = Image.open(io.BytesIO(file)).convert("RGB")
    small = np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR), dtype=np.float32)
    tensor = np.ascontiguousarray(((small - MEAN) / STD).transpose(2, 0, 1)[np.newaxis])
    (embedding,) = encoder.run(["embedding"], {"image": tensor})
    masks, presence = head.run(["masks", "presence"], {"embedding": embedding, "image": tensor})
    answer = []
    for label, logits, present in zip(SETTINGS["labels"], masks[0], presence[0], strict=True):
        in_image = np.asarray(Image.fromarray(logits).resize(image.size, Image.Resampling.BILINEAR)) >= 0
        area = int(in_image.sum()) if present >= SETTINGS["presence"].get(label, 0) else 0
        answer.append({"label": label, "presence": float(present), "area": area})
    return {"masks": answer}


@app.post("/analyze")
async def post_analyze(request: Request) -> dict[str, object]:
    file = await request.body()
    return await run_in_threadpool(analyze, file)
