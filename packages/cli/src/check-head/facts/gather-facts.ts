import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Head, ModelSpec } from '@medzoo/core/contract';
import { modelHead } from '@medzoo/sam-med2d';
import { describeError } from '../../describe-error.js';
import { findGolden } from './find-models.js';
import type { HeadFacts } from './head-facts.type.js';
import type { ImportedHeads } from './import-heads.js';
import { locate, readModel, type LooseModel } from './read-model.js';
import { readVariants } from './read-variants.js';
import { isRegularFile } from './read-weights.js';
import { tryModel } from './try-model.js';

/** Reads and tries everything about one model that the checks judge. Never rejects: what fails is a fact. */
export async function gatherFacts(folder: string, modelFile: string, imported: ImportedHeads): Promise<HeadFacts> {
  const { bytes, ...read } = await readModel(modelFile);
  const { head, headFault } = findHead(modelFile, read.model?.model.sha256, imported);
  const facts = {
    ...{ folder, modelFile, ...read, head, headFault },
    hasCode: imported.hasCode,
    goldenFile: findGolden(folder, modelFile),
    variants: await readVariants(folder, modelFile, read.model),
    trial: undefined,
    trialFault: undefined,
  };
  const { onnx, digest } = read;
  if (!onnx || !bytes || digest === undefined) return facts;
  try {
    const path = fileURLToPath(new URL(read.model!.model.url, pathToFileURL(modelFile)));
    const file = { sha256: digest, bytes: bytes.length, ...(await dataOf(read.model, modelFile)) };
    return { ...facts, trial: await tryModel(path, onnx, file) };
  } catch (fault) {
    return { ...facts, trialFault: describeError(fault) };
  }
}

/** The file of external data that a model names, if it does. A device or a pipe would be read without end. */
async function dataOf(model: LooseModel | undefined, modelFile: string): Promise<Pick<ModelSpec, 'data'>> {
  const data = model?.model.data;
  if (!data) return {};
  const path = locate(data.url, modelFile);
  if (path === undefined || !(await isRegularFile(path))) {
    throw new Error('The file of external data that `model.data` of model.json names is not there.');
  }
  return { data: { ...data, url: pathToFileURL(path).href } };
}

/** The package's head on these weights, or one by the standard rule where the folder has no code. */
function findHead(
  modelFile: string,
  sha256: string | undefined,
  { heads, hasCode, fault }: ImportedHeads,
): { readonly head: Head | undefined; readonly headFault: string | undefined } {
  if (hasCode) {
    const head = heads.find(({ trained }) => trained.model.sha256 === sha256);
    const none = `The package exports no head on ${dirname(modelFile)}: export it from its entry.`;
    return { head, headFault: head ? undefined : (fault ?? none) };
  }
  try {
    return { head: modelHead(pathToFileURL(modelFile)), headFault: undefined };
  } catch (error) {
    return { head: undefined, headFault: describeError(error) };
  }
}
