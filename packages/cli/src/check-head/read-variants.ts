import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { describeOnnx, type OnnxDescription } from '@medzoo/core';
import { digestOf, locate, type LooseModel } from './read-model.js';

/** A file that model.json names, as it lies there. */
export interface NamedFile {
  /** Absolute; undefined for one that is not on this machine. */
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
  readonly file: NamedFile;
  readonly onnx: OnnxDescription | undefined;
  /** The file that its weights lie in, where it names one. */
  readonly data: NamedFile | undefined;
}

/** Reads the files of a model's variants, each as far as it can be read. */
export async function readVariants(
  folder: string,
  modelFile: string,
  model: LooseModel | undefined,
): Promise<readonly VariantFacts[]> {
  return Promise.all(
    (model?.variants ?? []).map(async ({ precision, data, ...own }) => {
      const { bytes, ...file } = await readNamed(folder, modelFile, own);
      const borrowed = data && (await readNamed(folder, modelFile, data));
      return {
        ...{ precision, file, onnx: bytes && describeOnnx(bytes) },
        data: borrowed && withoutBytes(borrowed),
      };
    }),
  );
}

interface ReadFile extends NamedFile {
  readonly bytes: Uint8Array | undefined;
}

async function readNamed(
  folder: string,
  modelFile: string,
  { url, sha256 }: { readonly url: string; readonly sha256: string },
): Promise<ReadFile> {
  const path = locate(url, modelFile);
  const bytes = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  const isInside = path !== undefined && !/^(\.\.([\\/]|$)|[\\/]|[A-Za-z]:)/.test(relative(folder, path));
  return { path, isInside, declared: sha256, digest: bytes && digestOf(bytes), bytes };
}

function withoutBytes({ bytes: _, ...file }: ReadFile): NamedFile {
  return file;
}
