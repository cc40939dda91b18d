"""What embeddings say of a head from elsewhere: what its images look like, and a golden record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..arrays import Json, Singles
from ..domain.background import Background, background_from_json
from ..domain.pooling import pool
from ..domain.score import HeadDomain, fit_domain, golden_domains, head_domain_from_json
from ..embeddings.embeddings import Embeddings
from ..embeddings.pooled import Pooled
from ..embeddings.splits import FEWEST, Splits, check_enough, split_rows
from ..errors import TrainError
from ..export.golden import class_answer, mask_answer, point_answer, several_answer, value_answer, write_golden
from ..export.golden_input import golden_input
from ..export.graph import open_session, run_model
from .measured import labelled, measure_classes

#: What a zoo feeds by itself, and the record has.
FED = ("embedding", "image")


class FromEmbeddings:
    """The images that a head was trained on, by their embeddings."""

    def __init__(self, folder: Path, encoder: Json | None) -> None:
        """`encoder`: its model.json, whose knowledge of the world may be newer than that in the folder."""
        self.embeddings = Embeddings(folder)
        self.about = self.embeddings.about
        self.splits: Splits = split_rows(self.embeddings.rows)
        domain = (encoder or {}).get("domain") or self.about.domain
        self.background: Background | None = background_from_json(domain, self.about.shape[0]) if domain else None

    @property
    def n(self) -> int:
        """Images of train."""
        return len(self.splits.train_originals)

    def domain(self, labels: Sequence[str], kind: str, dataset: str) -> HeadDomain | None:
        """Where the head stops being right; nothing where the encoder knows nothing of the world.

        Images of labels that the head does not have are left out, and all are one kind where images have no labels.
        """
        if self.background is None:
            return None
        splits = labelled(self.splits, labels) or self.splits
        for name, rows in (("train", splits.train_originals), ("val", splits.val)):
            if len(rows) < FEWEST[name]:
                raise TrainError(
                    f"The embeddings have {len(rows)} images of these labels in {name}; a domain needs {FEWEST[name]}. "
                    "Name the labels as index.csv has them, or add images."
                )
        pooled = Pooled(self.embeddings, [*splits.train, *splits.val])
        classes = [row.label for row in splits.train]
        return fit_domain(self.background, pooled.of(splits.train), classes, pooled.of(splits.val), kind, dataset)

    def measured(self, file: Path, labels: Sequence[str], dataset: str, temperature: float | None) -> Json:
        """Calibration and metrics of a classifier; nothing of another head, of one that takes what the embeddings do
        not hold, or where no image has a label.
        """
        session = open_session(file)
        asked, given = ({value.name for value in values} for values in (session.get_inputs(), session.get_outputs()))
        there = {"embedding", "image"} if self.embeddings.has("images") else {"embedding"}
        if not asked <= there or "logits" not in given:
            return {}
        splits = labelled(self.splits, labels)
        if splits is None:
            return {}
        for label in labels:
            check_enough(splits, f'with the label "{label}"', lambda row, label=label: row.label == label)  # type: ignore[misc]
        return measure_classes(session, self.embeddings, splits, labels, dataset, temperature)

    def write_golden(self, file: Path, content: Json) -> str | None:
        """golden.json and golden.png beside the model; why there are none, in a sentence, where there cannot be."""
        given = golden_input(self.embeddings, None)
        if given is None:
            return "the embeddings have no golden.safetensors. Embed with a newer `medzoo embed`."
        names = [tensor["name"] for tensor in content["model"]["inputs"]]
        other = [name for name in names if name not in FED]
        if other:
            return f"the input {other[0]} is fed by code alone."
        fed = {"embedding": given.embedding, "image": given.image}
        outputs = run_model(open_session(file), {name: fed[name] for name in names})
        answer = answer_of(outputs, content)
        if answer is None:
            return f"what the outputs {', '.join(outputs)} mean is known to code alone, or to what is missing here."
        domains: list[Json] = []
        if self.background is not None and content.get("domains"):
            own = [head_domain_from_json(entry) for entry in content["domains"]]
            domains = golden_domains(self.background, own, pool(np.asarray(given.embedding))[0])
        stages = {"image": given.image, "embedding": given.embedding, **outputs}
        write_golden(file.parent, given.picture, stages, content["labels"], answer, domains)
        return None


def answer_of(outputs: Mapping[str, Singles], content: Json) -> Json | None:
    """What outputs mean by their names, as a head without code has it; nothing where names do not tell."""
    labels = content["labels"]
    temperature = content.get("calibration", {}).get("temperature", 1.0)
    if "logits" in outputs:
        return class_answer(outputs["logits"], labels, temperature)
    if "label_logits" in outputs:
        return several_answer(outputs["label_logits"], labels, temperature)
    if "keypoints" in outputs:
        return point_answer(outputs["keypoints"], labels)
    quantities = content.get("quantities", {})
    if "values" in outputs and all(label in quantities for label in labels):
        mean, std = (np.asarray([quantities[label].get(key, usual) for label in labels], np.float64)
                     for key, usual in (("mean", 0.0), ("std", 1.0)))  # fmt: skip
        return value_answer(outputs["values"], labels, mean, std)
    of_masks = [
        outputs.get(name)
        for name in ("exclusive_masks" if "exclusive_masks" in outputs else "masks", "presence", "iou")
    ]
    if all(output is not None and output.shape[1] >= len(labels) for output in of_masks):
        return mask_answer(outputs, labels)
    return None
