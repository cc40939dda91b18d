"""LitServe: one process takes requests, and hands each to one of the workers. Started by src/baselines/litserve.ts."""

import os
from typing import Annotated

import litserve
from fastapi import Body
from models import Mask, Models, read_image
from PIL import Image


class Analyze(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self.models = Models()

    # The bytes of the request's body as they are: a form would be taken apart, and a picture in JSON be a third longer.
    def decode_request(self, request: Annotated[bytes, Body()]) -> Image.Image:
        return read_image(request)

    def predict(self, image: Image.Image) -> list[Mask]:
        return self.models.analyze(image)

    def encode_response(self, output: list[Mask]) -> dict[str, object]:
        return {"masks": [mask.to_json() for mask in output]}


if __name__ == "__main__":
    server = litserve.LitServer(
        Analyze(api_path="/analyze"),
        accelerator="cpu",
        workers_per_device=int(os.environ["BENCH_WORKERS"]),
        timeout=600,
    )
    server.run(host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), generate_client_file=False, log_level="info")
