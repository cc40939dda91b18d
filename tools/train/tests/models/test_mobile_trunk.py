"""The trunk computes what the checkpoint it is filled from computes, and its depthwise convolutions have the right
gradients.
"""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from medzoo_train.models.depthwise import DepthwiseConv2d
from medzoo_train.models.encoder.mobile_trunk import BATCH_NORM_EPS, STAGES, EarlyTrunk, MobileTrunk, load_imagenet
from medzoo_train.models.fold import fold_batch_norms
from medzoo_train.models.pixels import PIXEL_MEAN, PIXEL_STD


def checkpoint() -> dict[str, Tensor]:
    """An EfficientNet-Lite0 of random weights, by the names of efficientnet_lite_pytorch."""
    generator = torch.Generator().manual_seed(3)
    state: dict[str, Tensor] = {}

    def add(convolution: str, norm: str, shape: tuple[int, int, int, int]) -> None:
        state[f"{convolution}.weight"] = (
            torch.randn(shape, generator=generator) / (shape[1] * shape[2] * shape[3]) ** 0.5
        )
        for name, low in (("weight", 0.5), ("bias", -0.5), ("running_mean", -0.2), ("running_var", 0.5)):
            state[f"{norm}.{name}"] = torch.rand(shape[0], generator=generator) + low

    add("_conv_stem", "_bn0", (32, 3, 3, 3))
    channels, index = 32, 0
    for expansion, out, count, _, kernel, _ in STAGES:
        for _ in range(count):
            block, wide = f"_blocks.{index}", channels * expansion
            if expansion > 1:
                add(f"{block}._expand_conv", f"{block}._bn0", (wide, channels, 1, 1))
            add(f"{block}._depthwise_conv", f"{block}._bn1", (wide, 1, kernel, kernel))
            add(f"{block}._project_conv", f"{block}._bn2", (out, wide, 1, 1))
            channels, index = out, index + 1
    return state


def same_convolution(x: Tensor, weight: Tensor, stride: int, groups: int = 1) -> Tensor:
    """TensorFlow's "same" padding: what is odd goes after the image."""
    total = max(weight.shape[-1] - stride, 0)
    before, after = total // 2, total - total // 2
    return F.conv2d(F.pad(x, (before, after, before, after)), weight, None, stride, groups=groups)


def as_tensorflow(state: dict[str, Tensor], x: Tensor, blocks: int) -> Tensor:
    """The first blocks of EfficientNet-Lite0 as TensorFlow computes them."""

    def norm(x: Tensor, name: str) -> Tensor:
        mean, var, weight, bias = (
            state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return F.batch_norm(x, mean, var, weight, bias, eps=BATCH_NORM_EPS)

    x = F.relu6(norm(same_convolution(x, state["_conv_stem.weight"], 2), "_bn0"))
    index = 0
    for expansion, _, count, stride, _, _ in STAGES:
        for repeat in range(count):
            if index == blocks:
                return x
            block = f"_blocks.{index}"
            y = x
            if expansion > 1:
                y = F.relu6(norm(F.conv2d(y, state[f"{block}._expand_conv.weight"]), f"{block}._bn0"))
            y = same_convolution(y, state[f"{block}._depthwise_conv.weight"], stride if repeat == 0 else 1, y.shape[1])
            y = norm(
                F.conv2d(F.relu6(norm(y, f"{block}._bn1")), state[f"{block}._project_conv.weight"]), f"{block}._bn2"
            )
            x = x + y if repeat > 0 else y
            index += 1
    return x


def test_the_trunk_is_the_checkpoint_on_the_image_turned_round() -> None:
    state = checkpoint()
    trunk = MobileTrunk(192, PIXEL_MEAN, PIXEL_STD).eval()
    load_imagenet(trunk, state)
    pixels = torch.rand(1, 3, 64, 96) * 255
    mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (PIXEL_MEAN, PIXEL_STD))
    with torch.no_grad():
        found = trunk.blocks[:11](trunk.stem((pixels - mean) / std * trunk.scale + trunk.shift))
        expected = as_tensorflow(state, ((pixels - 127) / 128).flip(-1, -2), 11).flip(-1, -2)
    assert found.shape == (1, 112, 4, 6)
    assert (found - expected).abs().max().item() < 1e-4 * expected.abs().max().item()


def test_the_trunk_keeps_the_grid_of_the_embedding() -> None:
    trunk = MobileTrunk(48, PIXEL_MEAN, PIXEL_STD).eval()
    with torch.no_grad():
        assert trunk(torch.randn(2, 3, 64, 64))[0].shape == (2, 4, 4, 48)


@pytest.mark.parametrize("folded", [False, True])
def test_the_early_trunk_starts_as_the_first_blocks_of_a_whole_one(folded: bool) -> None:
    whole = MobileTrunk(192, PIXEL_MEAN, PIXEL_STD).eval()
    load_imagenet(whole, checkpoint())
    if folded:
        fold_batch_norms(whole)
    early = EarlyTrunk(PIXEL_MEAN, PIXEL_STD).eval()
    early.start_from(whole)
    image = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        features = list(whole.features(image))
        found = early(image)
    assert [f.shape[1:] for f in found] == [(16, 32, 48), (24, 16, 24), (40, 8, 12)]
    for own, after in zip(found, (1, 3, 5), strict=True):
        assert torch.allclose(own, features[after] * EarlyTrunk.SCALE, atol=1e-5)


def test_another_checkpoint_is_refused_by_name() -> None:
    state = checkpoint()
    state["_blocks.4._project_conv.weight"] = torch.zeros(48, 240, 1, 1)
    with pytest.raises(
        ValueError, match=r"_blocks\.4\._project_conv\.weight is \[48, 240, 1, 1\], expected \[40, 240, 1, 1\]"
    ):
        load_imagenet(MobileTrunk(192, PIXEL_MEAN, PIXEL_STD), state)
    del state["_blocks.4._project_conv.weight"]
    with pytest.raises(ValueError, match=r"no tensor _blocks\.4\._project_conv\.weight"):
        load_imagenet(MobileTrunk(192, PIXEL_MEAN, PIXEL_STD), state)


def test_frozen_blocks_stand_still_and_the_rest_learns() -> None:
    trunk = MobileTrunk(192, PIXEL_MEAN, PIXEL_STD)
    trunk.freeze(3)
    trunk.train()
    before = {name: tensor.clone() for name, tensor in trunk.state_dict().items()}
    trunk(torch.randn(2, 3, 64, 64))[0].square().sum().backward()
    moved = {name for name, tensor in trunk.state_dict().items() if not torch.equal(tensor, before[name])}
    learning = {name for name, parameter in trunk.named_parameters() if parameter.grad is not None}
    assert moved and not any(
        name.startswith(("stem.", "blocks.0.", "blocks.1.", "blocks.2.")) for name in moved | learning
    )
    assert "blocks.3.body.0.0.weight" in learning


@pytest.mark.parametrize(("kernel", "stride", "dilation"), [(3, 1, 1), (3, 2, 1), (5, 2, 1), (5, 1, 2)])
def test_a_depthwise_convolution_has_the_gradients_of_the_plain_one(kernel: int, stride: int, dilation: int) -> None:
    fast = DepthwiseConv2d(8, kernel, stride, dilation)
    plain = nn.Conv2d(8, 8, kernel, stride, dilation * (kernel // 2), dilation, 8, bias=False)
    plain.load_state_dict(fast.state_dict())
    x = torch.randn(2, 8, 14, 18, requires_grad=True)
    y = x.detach().clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        found = fast(x).float()
    expected = plain(y)
    gradient = torch.randn_like(expected)
    found.backward(gradient)
    expected.backward(gradient)
    for one, other in ((found, expected), (x.grad, y.grad), (fast.weight.grad, plain.weight.grad)):
        assert one is not None and other is not None
        assert (one - other).abs().max().item() < 0.02 * other.abs().max().item()
