import type { ModelFile, ModelSpec, Tensors } from '../../contract/index.js';
import { completeOptions, type WeightsOptions } from '../../model/weights/weights-options.js';
import { declaredBytes } from '../memory/device-memory.js';
import { scalesByRun, type LoadedModel } from '../onnx/load-model.js';
import type { Onnx } from '../onnx/onnx-tensors.js';
import { filesAreThere } from './folder/files-are-there.js';
import { startDraft, type PackedDraft } from './folder/packed-draft.js';
import { openPackedFolder, type PackedFolder } from './folder/packed-folder.js';
import { keyOf, packedFor, type PackedFor } from './packed-key.js';
import { findPacked, removePacked, type PackedModel } from './folder/packed-record.js';
import { makeRoom } from './folder/remove-unused.js';
import { giveSameAnswers } from './same-answers.js';
import { packedSource, savingSource, type SessionSource } from './session-source.js';

/** Of a model's files; smaller ones have nothing to gain. */
const LEAST_MODEL_BYTES = 64 * 1024;
/** Of a model's files; larger ones take long to write, and to hash at each start. */
const MOST_MODEL_BYTES = 256 * 2 ** 20;
/** Weights as they are and packed, each float16 as float32. */
const GROWTH = 4;
/** Of what an open model is taken to need: two sessions at a time, and what is written. */
const MEMORY_FACTOR = 4;
const OUT_OF_MEMORY = /alloc|memory/i;

/** An open model of the backend. */
interface Opened {
  readonly run: (feeds: Tensors) => Promise<Tensors>;
  readonly release: () => Promise<void>;
}

interface Packing<O extends Opened> {
  readonly file: ModelFile;
  readonly model: LoadedModel;
  /** Opens a session that is used for a moment, and counted to no model. */
  readonly openBriefly: (source: SessionSource) => Promise<Opened>;
  readonly openFrom: (source: SessionSource) => Promise<O>;
}

/** Models as this machine has packed them: their weights are mapped, and all processes of this user share them. */
export interface PackedModels {
  /** Opens a model that was packed before; undefined if none was, or it cannot be opened. */
  open<O>(file: ModelFile, openFrom: (source: SessionSource) => Promise<O>): Promise<O | undefined>;
  /** Packs a model and opens it; undefined if that cannot be done, which is no fault: its bytes are opened then. */
  pack<O extends Opened>(packing: Packing<O>): Promise<O | undefined>;
}

/** Where a model's packed weights are, or would be. */
interface Place {
  readonly folder: string;
  readonly key: string;
  readonly what: PackedFor;
  /** Null where there are to be none. */
  readonly found: PackedModel | null | undefined;
}

export function createPackedModels(onnx: Onnx, weights?: WeightsOptions): PackedModels {
  const { cacheFolder } = completeOptions(weights);
  const runtime = onnx.env.versions.node ?? onnx.env.versions.common;
  let opening: Promise<PackedFolder> | undefined;

  async function find(spec: ModelSpec): Promise<Place | undefined> {
    const size = sizeOfAll(spec);
    if (size < LEAST_MODEL_BYTES || size > MOST_MODEL_BYTES) return undefined;
    const folder = await (opening ??= openPackedFolder(cacheFolder));
    if (folder.state === 'unusable') return undefined;
    const what = packedFor(spec, runtime);
    const key = keyOf(what);
    return { folder: folder.path, key, what, found: await findPacked(folder.path, key) };
  }

  async function start(spec: ModelSpec): Promise<Started | undefined> {
    const place = await find(spec);
    if (!place || place.found !== undefined) return undefined;
    if (process.availableMemory() < MEMORY_FACTOR * declaredBytes(spec)) return undefined;
    const needBytes = GROWTH * sizeOfAll(spec);
    if (!(await makeRoom(place.folder, needBytes))) return undefined;
    const draft = await startDraft(place.folder, place.key, { what: place.what, needBytes });
    return draft && { key: place.key, draft };
  }

  return {
    async open(file, openFrom) {
      const place = await find(file.spec).catch(() => undefined);
      if (!place?.found || !(await filesAreThere(file.spec, cacheFolder).catch(() => false))) return undefined;
      try {
        return await openFrom(packedSource(onnx, place.found));
      } catch (error) {
        if (!OUT_OF_MEMORY.test(String(error))) await removePacked(place.folder, place.key);
        return undefined;
      }
    },
    async pack(packing) {
      const started = await start(packing.file.spec).catch(() => undefined);
      if (!started) return undefined;
      return writeAndOpen(onnx, started, packing).catch(async () => {
        await started.draft.drop();
        return undefined;
      });
    },
  };
}

interface Started {
  readonly key: string;
  readonly draft: PackedDraft;
}

/**
 * Undefined for a model that does not answer from the packed weights as it does from its bytes, or that would end the
 * process.
 */
async function writeAndOpen<O extends Opened>(
  onnx: Onnx,
  { key, draft }: Started,
  { file, model, openBriefly, openFrom }: Packing<O>,
): Promise<O | undefined> {
  const saved = await openBriefly(savingSource(onnx, model, draft.graph));
  let opened: O | undefined;
  try {
    const { usedBytes, isAligned } = await draft.settle();
    if (!isAligned) {
      await draft.refuse();
      return undefined;
    }
    const about = { mappedBytes: usedBytes, scalesByRun: scalesByRun(model) };
    opened = await openFrom(packedSource(onnx, { key, path: draft.graph, ...about }));
    if (await giveSameAnswers(file.spec, saved.run, opened.run)) {
      await draft.keep(about);
      return opened;
    }
    await draft.refuse();
    await opened.release();
    return undefined;
  } catch (error) {
    await opened?.release(); // what it maps may not be whole
    throw error;
  } finally {
    await saved.release();
  }
}

function sizeOfAll({ bytes, data }: ModelSpec): number {
  return bytes + (data?.bytes ?? 0);
}
