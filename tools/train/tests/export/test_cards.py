"""The cards that `npm run cards` writes for others, held against the tools of those who read them.

MONAI's own command verifies a metadata.json; the schema it is given is ours, after the fields that MONAI documents,
since it would fetch its own from the network. Hugging Face's library reads a card's header as it would before an
upload.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelCard, ModelCardData
from monai.bundle.config_parser import ConfigParser
from monai.bundle.properties import MetaProperties
from monai.bundle.scripts import verify_metadata
from monai.utils.enums import BundleProperty

from tests.places import PACKAGES

SCHEMA = Path(__file__).with_name("monai_metadata.schema.json")
METADATA = sorted(PACKAGES.glob("*/card/*/metadata.json"))
CARDS = sorted(PACKAGES.glob("*/card/*/huggingface.md"))
#: Those that Hugging Face's documentation lists, as far as a head may have them.
PIPELINES = {"image-segmentation", "mask-generation", "image-classification", "object-detection"}
LICENCES = {"apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc0-1.0", "other"}


def verify(metadata: dict[str, Any], folder: Path) -> None:
    file = folder / "metadata.json"
    file.write_text(json.dumps(metadata))
    # A schema that lies there already is not fetched.
    schema = folder / "schema.json"
    schema.write_bytes(SCHEMA.read_bytes())
    verify_metadata(meta_file=str(file), filepath=str(schema))


def test_there_is_a_card_for_each_head() -> None:
    heads = {path.parent.name for path in METADATA}
    assert {"automed", "promptable", "brain-mri"} <= heads
    assert heads == {path.parent.name for path in CARDS}


@pytest.mark.parametrize("path", METADATA, ids=lambda path: path.parent.name)
def test_monai_verifies_the_metadata(path: Path, tmp_path: Path) -> None:
    metadata = json.loads(path.read_text())
    verify(metadata, tmp_path)
    parser = ConfigParser({"_meta_": metadata})
    for name, about in MetaProperties.items():
        if about[BundleProperty.REQUIRED]:
            assert parser.get(f"_meta_::{name}"), name


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: m.pop("copyright"),
        lambda m: m.update(version="first"),
        lambda m: m["network_data_format"].update(outputs={}),
        lambda m: m["network_data_format"]["inputs"]["embedding"].pop("dtype"),
        lambda m: m["network_data_format"]["inputs"]["embedding"].update(type="picture"),
    ],
)
def test_what_the_specification_does_not_allow_is_refused(
    spoil: Callable[[dict[str, Any]], Any], tmp_path: Path
) -> None:
    metadata = json.loads(METADATA[0].read_text())
    spoil(metadata)
    with pytest.raises(ValueError, match="Failed validating"):
        verify(metadata, tmp_path)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_hugging_face_reads_the_card_and_every_number(path: Path) -> None:
    card = ModelCard(path.read_text())
    data = card.data
    assert isinstance(data, ModelCardData)
    assert data.pipeline_tag in PIPELINES
    assert data.license in LICENCES
    assert data.license != "other" or (data["license_name"] and data["license_link"])
    assert data.library_name == "medzoo"
    assert "Not for diagnosis" in card.text
    recorded = json.loads((path.parent / "metadata.json").read_text())["eval_metrics"].values()
    results = data.eval_results or []
    assert sorted(result.metric_value for result in results) == sorted(metric["value"] for metric in recorded)
    assert all(result.dataset_split and (result.metric_args or {})["n"] > 0 for result in results)


def test_a_header_without_what_a_result_needs_is_refused() -> None:
    results = [{"task": {"type": "image-segmentation"}, "metrics": [{"type": "dice", "value": 0.9}]}]
    header = json.dumps({"license": "mit", "model-index": [{"name": "net", "results": results}]})
    with pytest.raises(ValueError, match="dataset"):
        ModelCard(f"---\n{header}\n---\ntext\n")
