"""FastAPI under uvicorn, each worker with sessions of its own. Started by src/baselines/fastapi.ts."""

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from models import Models, read_image

models = Models()
app = FastAPI()


def analyze(file: bytes) -> dict[str, object]:
    return {"masks": [mask.to_json() for mask in models.analyze(read_image(file))]}


@app.post("/analyze")
async def post_analyze(request: Request) -> dict[str, object]:
    file = await request.body()
    return await run_in_threadpool(analyze, file)
