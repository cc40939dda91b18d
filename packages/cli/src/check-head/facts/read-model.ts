import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeOnnx, type OnnxDescription } from '@medzoo/core';
import { parseJson, readModelFile } from '@medzoo/core/model';
import { z } from 'zod';
import { describeError } from '../../describe-error.js';
import { readWeights } from './read-weights.js';

const text = z.string().catch('');
const tensors = z
  .array(z.looseObject({ name: text, dtype: text, shape: z.array(z.union([z.number(), z.string()])).catch([]) }))
  .catch([]);

/** ONNX external data. */
const data = z
  .looseObject({ url: text, sha256: text, bytes: z.number().catch(0) })
  .optional()
  .catch(undefined);

/** A model.json of which any field may be wrong: a file that start-up refuses is read as far as it goes. */
const looseModel = z.looseObject({
  name: text,
  model: z
    .looseObject({ url: text, sha256: text, data, inputs: tensors, outputs: tensors })
    .catch({ url: '', sha256: '', inputs: [], outputs: [] }),
  labels: z.array(z.string()).catch([]),
  encoder: z.looseObject({ id: text, sha256: text }).optional().catch(undefined),
  calibration: z
    .looseObject({ temperature: z.number().optional(), conformal: z.unknown().optional() })
    .optional()
    .catch(undefined),
  thresholds: z.record(z.string(), z.unknown()).optional().catch(undefined),
  quantities: z
    .record(z.string(), z.looseObject({ interval: z.unknown().optional() }))
    .optional()
    .catch(undefined),
  domains: z
    .array(
      z.looseObject({
        n: z.number().catch(NaN),
        use: z.number().catch(NaN),
        labels: z.array(z.string()).optional().catch(undefined),
      }),
    )
    .catch([]),
  concepts: z.record(z.string(), z.unknown()).catch({}),
  metrics: z
    .array(
      z.looseObject({
        name: text,
        value: z.number().catch(NaN),
        interval95: z.tuple([z.number(), z.number()]).optional().catch(undefined),
      }),
    )
    .catch([]),
  trainedOn: z.array(z.looseObject({ dataset: text, licence: text })).catch([]),
  untrained: z.boolean().optional().catch(undefined),
  manifest: z.looseObject({ id: text, title: text, intendedUse: text }).optional().catch(undefined),
  variants: z
    .array(
      z.looseObject({
        ...{ precision: text, url: text, sha256: text, data },
        providers: z.array(z.string()).catch([]),
        gate: z
          .array(z.looseObject({ ...{ dataset: text, metric: text }, before: z.number(), after: z.number() }))
          .catch([]),
      }),
    )
    .catch([]),
  licence: text,
});

export type LooseModel = z.infer<typeof looseModel>;

export interface ReadModel {
  readonly model: LooseModel | undefined;
  readonly modelFault: string | undefined;
  readonly onnx: OnnxDescription | undefined;
  readonly onnxFault: string | undefined;
  readonly bytes: Uint8Array | undefined;
  readonly digest: string | undefined;
}

/** Reads a model.json and the ONNX file that it names, each as far as it can be read. */
export async function readModel(modelFile: string): Promise<ReadModel> {
  const { model, modelFault } = await readDescription(modelFile);
  const path = model && (locate(model.model.url, modelFile) ?? resolve(dirname(modelFile), 'head.onnx'));
  const bytes = path === undefined ? undefined : await readWeights(path);
  const onnx = bytes && describeOnnx(bytes);
  const onnxFault = bytes
    ? onnx
      ? undefined
      : 'The file that model.json names is no ONNX file.'
    : 'The ONNX file that model.json names is not there.';
  const digest = bytes && digestOf(bytes);
  return { model, modelFault, onnx, onnxFault, bytes, digest };
}

async function readDescription(modelFile: string): Promise<Pick<ReadModel, 'model' | 'modelFault'>> {
  try {
    const model = looseModel.parse(parseJson(await readFile(modelFile, 'utf8')));
    return { model, modelFault: startUpFault(modelFile) };
  } catch (fault) {
    const why = fault instanceof SyntaxError ? fault.message : 'it is no JSON object';
    return { model: undefined, modelFault: `The file cannot be read, since ${why}.` };
  }
}

/** What a zoo would say of the file. */
function startUpFault(modelFile: string): string | undefined {
  try {
    readModelFile(pathToFileURL(modelFile));
    return undefined;
  } catch (fault) {
    return describeError(fault).replace(/^The model file \S+ is not valid\. Mend these in its exporter: /, '');
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The weights' place, if they lie on this machine. */
export function locate(url: string, modelFile: string): string | undefined {
  if (url === '' || !URL.canParse(url, pathToFileURL(modelFile).href)) return undefined;
  const location = new URL(url, pathToFileURL(modelFile));
  return location.protocol === 'file:' ? fileURLToPath(location) : undefined;
}
