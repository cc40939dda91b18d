import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { describeOnnx, type OnnxDescription } from '@medzoo/core';
import { digestOf, locate, type LooseModel } from './read-model.js';
import { readWeights } from './read-weights.js';

/** A file that model.json names, as it lies there. */
export interface NamedFile {
  /** Absolute; of a file of the network, the one of its name beside model.json. Undefined if there is none either. */
  readonly path: string | undefined;
  /** Whether it lies in the head's folder, and so is passed on with it. */
  readonly isInside: boolean;
  readonly declared: string;
  /** Of what lies there; undefined if there is nothing. */
  readonly digest: string | undefined;
}

/** What is known of one variant before anybody judges it. */
export interface VariantFacts {
  readonly precision: string;
  readonly providers: readonly string[];
  readonly gate: LooseModel['variants'][number]['gate'];
  readonly file: NamedFile;
  readonly onnx: OnnxDescription | undefined;
  /** The file that its weights lie in, where it names one. */
  readonly data: NamedFile | undefined;
}

/** A file with more is refused when it is read, and all of their files would be in memory. */
const MOST_VARIANTS = 4;

/** Reads the files of a model's variants, each as far as it can be read. */
export async function readVariants(
  folder: string,
  modelFile: string,
  model: LooseModel | undefined,
): Promise<readonly VariantFacts[]> {
  return Promise.all(
    (model?.variants ?? []).slice(0, MOST_VARIANTS).map(async ({ precision, providers, gate, data, ...own }) => {
      const { bytes, ...file } = await readNamed(folder, modelFile, own);
      const borrowed = data && (await readNamed(folder, modelFile, data));
      return {
        ...{ precision, providers, gate, file, onnx: bytes && describeOnnx(bytes) },
        data: borrowed && withoutBytes(borrowed),
      };
    }),
  );
}

/** The files of weights that a model.json names and that lie in the head's folder, each once: absolute. */
export function listWeights(folder: string, modelFile: string, named: LooseModel | undefined): readonly string[] {
  if (!named) return [];
  const files = [named.model, ...named.variants].flatMap(({ url, data }) => (data ? [url, data.url] : [url]));
  const paths = files.map((url) => locate(url, modelFile));
  return [...new Set(paths)].filter(
    (path) => path !== undefined && isWithin(folder, path) && existsSync(path),
  ) as string[];
}

interface ReadFile extends NamedFile {
  readonly bytes: Uint8Array | undefined;
}

async function readNamed(
  folder: string,
  modelFile: string,
  { url, sha256 }: { readonly url: string; readonly sha256: string },
): Promise<ReadFile> {
  const named = locate(url, modelFile);
  const found = named ?? locate(`./${url.split('/').at(-1)!}`, modelFile);
  const bytes = found === undefined ? undefined : await readWeights(found);
  const path = bytes ? found : named;
  return {
    path,
    isInside: path !== undefined && isWithin(folder, path),
    declared: sha256,
    digest: bytes && digestOf(bytes),
    bytes,
  };
}

function isWithin(folder: string, path: string): boolean {
  return !/^(\.\.([\\/]|$)|[\\/]|[A-Za-z]:)/.test(relative(folder, path));
}

function withoutBytes({ bytes: _, ...file }: ReadFile): NamedFile {
  return file;
}
