"""`python -m medzoo_train.add_stage --weights W --data DIR --out F`: an encoder whose embedding says what its trunk
knows.

The neck's channels stay as they are, and heads answer as before; models/encoder/stage.py says what comes behind them.
Run it when the encoder is trained, and again where its trunk has changed since.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from .data.sets import SETS
from .models.encoder.image_encoder import ImageEncoder
from .models.encoder.mobile_trunk import READ_CHANNELS, MobileTrunk
from .models.pixels import normalise
from .models.system import system_of
from .training.batches import load_set

#: With the neck's 192 they are SAM's 256. More say more, and make each embedding and all that reads it larger
#: (EXPERIMENTS.md, 23).
CHANNELS = 64
#: Images of each set whose maps are measured.
EACH = 100
#: The least that a channel counts as deviating by, as a share of what half of the channels do.
QUIET = 0.05
#: Of the directions: the same for everybody who starts from the same numbers.
SEED = 23


def directions(channels: int) -> Tensor:
    """Random orthonormal rows, float32 [channels, READ_CHANNELS]. No fitted ones were better, and some were worse."""
    random = np.random.default_rng(SEED).standard_normal((READ_CHANNELS, channels))
    return torch.from_numpy(np.linalg.qr(random)[0].T.astype(np.float32))


def measure(encoder: ImageEncoder, images: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Over all cells of the images: mean and deviation of each of the stage's channels, float32 [READ_CHANNELS], and
    the deviation that half of the neck's channels exceed.
    """
    assert isinstance(encoder.patch_embed, MobileTrunk)
    maps, necks = [], []
    with torch.no_grad():
        for image in tqdm(images, desc="a stage of the trunk", mininterval=5):
            tokens, found = encoder.patch_embed(normalise(image[None].float()))
            maps.append(found[0].flatten(1))
            necks.append(encoder.understand(tokens)[0].flatten(1))
    cells, neck = torch.cat(maps, dim=1), torch.cat(necks, dim=1)
    deviation = cells.std(1)
    # A channel that hardly moves on these images is not to explode on others.
    return cells.mean(1), deviation.clamp(min=QUIET * float(deviation.median())), neck.std(1).median()


def fill(encoder: ImageEncoder, images: Sequence[Tensor]) -> None:
    """The standardised stage in random directions, which deviate as the neck's channels do."""
    assert encoder.stage is not None
    mean, deviation, wanted = measure(encoder, images)
    project = encoder.stage.project
    weight = directions(project.out_channels) / deviation * wanted
    assert project.bias is not None
    with torch.no_grad():
        project.weight.copy_(weight[..., None, None])
        project.bias.copy_(-weight @ mean)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the data sets; images of train are looked at"
    )
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    kept = {name: tensor for name, tensor in saved["ema"].items() if ".stage." not in name}
    system = system_of({**saved, "encoder": {**saved["encoder"], "stage_chans": 0}, "ema": kept}, tasks).eval()
    encoder = system.sam.image_encoder
    encoder.add_stage(CHANNELS)
    sets = [load_set(spec, args.data, "train") for spec in SETS]
    rng = np.random.default_rng(SEED)
    images = [image for data in sets for image in data.images[rng.permutation(len(data))[:EACH]]]
    fill(encoder, images)
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    torch.save({**saved, "encoder": encoder.config.to_json(), "ema": state}, args.out)


if __name__ == "__main__":
    main()
