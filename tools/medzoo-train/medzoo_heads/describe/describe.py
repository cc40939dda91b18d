"""model.json for an ONNX file from elsewhere: what a zoo would refuse at its start is refused here."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from ..arrays import Json
from ..errors import TrainError
from ..export.check_file import check_file
from ..export.file import check_data, describe_file
from ..export.model_json import NOT_STATED, SCHEMA, About, manifest_of, read_before, trained_on, write_json
from ..export.variants import say_dropped
from .from_embeddings import FromEmbeddings
from .known import calibration, keep_known

NO_DOMAIN = (
    "The head has no domain, so it answers about any image: give --embeddings of the images it was trained on, made "
    "by an encoder that has a `domain`."
)
NO_EMBEDDINGS = "it needs --embeddings, which hold a drawn picture and its embedding."
WHERE = "Give that of the encoder, such as node_modules/@medzoo/sam-med2d/weights/model.json."


@dataclass(frozen=True)
class Given:
    """What the command line says."""

    onnx: Path
    labels: list[str]
    embeddings: Path | None
    encoder: Path | None
    about: About
    #: Of a classifier; None leaves what is there.
    temperature: float | None
    #: The kind of image in words, for the domain; the data set's name if None.
    kind: str | None
    #: Whether a model.json of other weights is written over.
    replace: bool


def describe(given: Given) -> list[str]:
    """Writes model.json, and from embeddings the golden record, beside the file; sentences on what was done and what
    could be better.

    TrainError for what a zoo would refuse, and then nothing is written.
    """
    if given.temperature is not None and not given.temperature > 0:
        raise TrainError(f"--temperature {given.temperature:g}: expected a number above 0.")
    if not given.labels:
        raise TrainError("--labels names none; name a label for each place of the output, with commas between.")
    folder = given.onnx.parent
    file = folder / "model.json"
    encoder = read_encoder(given.encoder) if given.encoder else None
    seen = FromEmbeddings(given.embeddings, encoder) if given.embeddings else None
    identity = identity_of(encoder, seen)
    notes = check_file(given.onnx, given.labels, encoder or (tensors_of(seen) if seen else None))
    check_data(given.onnx)
    replaced = read_replaced(folder) if given.replace else {}
    before = {} if given.replace else read_before(folder)
    content = content_of(given, identity, before)
    if before:
        content = keep_known(before, content, file)
    if seen:
        content |= learnt_from(seen, given, before)
    if given.temperature is not None:
        content["calibration"] = calibration(content.get("calibration", {}), given.temperature)
    reason = seen.write_golden(given.onnx, content) if seen else NO_EMBEDDINGS
    write_json(file, content)
    notes += [*([NO_DOMAIN] if "domains" not in content else []), *notes_on_data(content)]
    if reason:
        notes.append(f"No golden record is written: {reason}")
    if dropped := say_dropped(replaced, content):
        notes.append(dropped)
    model = content["model"]
    done = f"{file}: {model['bytes']} bytes of weights, SHA-256 {model['sha256']}"
    return [*(f"note: {note}" for note in notes), done]


def read_replaced(folder: Path) -> Json:
    """The model.json that is written over, which may be broken."""
    try:
        return read_before(folder)
    except TrainError:
        return {}


def content_of(given: Given, identity: Json, before: Json) -> Json:
    """What the file and the command say."""
    about = given.about
    manifest = manifest_of(about, before)
    return {
        "schema": SCHEMA,
        "name": about.name or before.get("name") or given.onnx.stem,
        "version": about.version or before.get("version") or "0.1.0",
        "model": describe_file(given.onnx),
        "encoder": identity,
        **({"manifest": manifest} if manifest else {}),
        "labels": given.labels,
        "metrics": [],
        "trainedOn": [],
        "licence": about.licence,
    }


def learnt_from(seen: FromEmbeddings, given: Given, before: Json) -> Json:
    """What the images of the embeddings say: of which kind they are, how many, and how good the head is on them."""
    dataset = given.about.dataset or seen.about.dataset or given.onnx.stem
    domain = seen.domain(given.labels, given.kind or dataset, dataset)
    data = trained_on(replace(given.about, dataset=dataset), before, seen.n, seen.about.seen)
    measured = seen.measured(given.onnx, given.labels, dataset, given.temperature)
    return {**({"domains": [domain.to_json()]} if domain else {}), **measured, "trainedOn": [data]}


def notes_on_data(content: Json) -> list[str]:
    if any(entry.get("licence", NOT_STATED) != NOT_STATED for entry in content["trainedOn"]):
        return []
    return [
        "Nothing says what the head was trained on under which licence, and `medzoo check-head` asks for it: "
        '--embeddings EMB --data-licence "CC BY 4.0", or the entry trainedOn by hand.'
    ]


def read_encoder(file: Path) -> Json:
    """The model.json of an encoder."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        name, digest = content["name"], content["model"]["sha256"]
    except OSError as error:
        raise TrainError(f"--encoder {file} cannot be read ({error.strerror}). {WHERE}") from None
    except (ValueError, KeyError, TypeError):
        raise TrainError(f"--encoder {file} is no model.json of an encoder. {WHERE}") from None
    if not isinstance(name, str) or not isinstance(digest, str) or "encoder" in content:
        raise TrainError(f"--encoder {file} is no model.json of an encoder. {WHERE}")
    return dict(content)


def identity_of(encoder: Json | None, seen: FromEmbeddings | None) -> Json:
    """The entry `encoder` of a head's model.json."""
    if seen is None and encoder is None:
        raise TrainError("Say which encoder the head was trained on: --embeddings EMB or --encoder ENCODER.json.")
    if seen is None:
        assert encoder is not None
        return {"id": encoder["name"], "sha256": encoder["model"]["sha256"]}
    used = seen.about.encoder
    if encoder is not None and encoder["model"]["sha256"] != used.sha256:
        raise TrainError(
            f"The embeddings are of the encoder {used.id} with the digest {used.sha256[:12]}, and --encoder has "
            f"{encoder['model']['sha256'][:12]}. Give one of the two, that of the head."
        )
    return {"id": used.id, "sha256": used.sha256}


def tensors_of(seen: FromEmbeddings) -> Json:
    """What an encoder's model.json says of its tensors, as far as embeddings tell."""
    about = seen.about
    size, channels = about.preprocess["size"], 1 if about.preprocess.get("channels") == "gray" else 3
    image = {"dtype": "float32", "shape": ["batch", channels, size["height"], size["width"]]}
    embedding = {"dtype": "float32", "shape": ["batch", *about.shape]}
    return {"name": about.encoder.id, "model": {"inputs": [image], "outputs": [embedding]}}
