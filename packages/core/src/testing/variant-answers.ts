import assert from 'node:assert/strict';
import {
  takeFloat32,
  type Backend,
  type Encoder,
  type Head,
  type ModelFile,
  type TaskResults,
  type Task,
  type Tensor,
  type Tensors,
} from '../contract/index.js';
import { filesOfModel } from '../contract/model/model-files.js';
import { REFERENCE } from '../contract/model/variants.js';
import { cellsOf, numbersOf } from './task-tests.js';

const AGAIN = 'Make the variant again from this model, or leave it out.';

/** The embedding by the encoder's own file: golden records and gates are of it. */
export async function embedByReference(
  { trained: { model } }: Encoder,
  image: Tensor,
  backend: Backend,
): Promise<Tensor<'float32'>> {
  const session = await backend.open(model);
  try {
    return takeFloat32(await session.run({ [model.inputs[0]!.name]: image }), model.outputs[0]!.name);
  } finally {
    await session.close();
  }
}

/** The variants of a head that a backend may open; none for one that always opens the model itself. */
export function variantsOn(
  backend: Pick<Backend, 'filesOf'>,
  { trained }: Pick<Head, 'trained'>,
): readonly ModelFile[] {
  return (backend.filesOf?.(filesOfModel(trained)) ?? []).filter(({ precision }) => precision !== REFERENCE);
}

/**
 * Runs the model and each of its variants on the same feeds, and holds what the head makes of them against one another;
 * throws an AssertionError, which names the variant and the label, or rejects as opening does.
 */
export async function checkVariantAnswers(
  { manifest: { task }, trained }: Head,
  { backend, feeds, decode, tolerance }: VariantRuns,
): Promise<void> {
  const run = async ({ spec }: Pick<ModelFile, 'spec'>) => {
    const session = await backend.open(spec);
    try {
      return decode(await session.run(feeds));
    } finally {
      await session.close();
    }
  };
  const reference = await run({ spec: trained.model });
  const expected = numbersOf(task, reference);
  for (const file of variantsOn(backend, { trained })) {
    const result = await run(file);
    const found = numbersOf(task, result);
    const what = `with the variant "${file.precision}"`;
    assert.deepEqual([...found.keys()], [...expected.keys()], `Other labels were answered ${what}.`);
    for (const [label, numbers] of expected) {
      for (const [name, value] of Object.entries(numbers)) {
        const came = found.get(label)![name]!;
        const within = tolerance * Math.max(1, Math.abs(value));
        const isNear = Object.is(came, value) || Math.abs(came - value) <= within;
        assert.ok(
          isNear,
          `The ${name} of "${label}" is ${came} ${what}, and ${value} with the model itself: expected within ` +
            `${within}. ${AGAIN}`,
        );
      }
    }
    checkCells([...expected.keys()], [cellsOf(reference), cellsOf(result)], { what, tolerance });
  }
}

/** Of masks: one of the same size at another place has the same numbers. */
function checkCells(
  labels: readonly string[],
  [expected, found]: readonly [readonly Uint8Array[], readonly Uint8Array[]],
  { what, tolerance }: { readonly what: string; readonly tolerance: number },
): void {
  for (const [index, cells] of expected.entries()) {
    const apart = cells.reduce((count, cell, at) => count + Number(cell !== found[index]![at]), 0) / cells.length;
    assert.ok(
      apart <= tolerance,
      `The mask of "${labels[index]}" has other cells ${what} than with the model itself, ${apart} of all: expected ` +
        `${tolerance} at most. ${AGAIN}`,
    );
  }
}

export interface VariantRuns {
  readonly backend: Backend;
  /** Of the model and its variants alike. */
  readonly feeds: Tensors;
  readonly decode: (outputs: Tensors) => TaskResults[Task];
  /** How far a number may be off, relative to that of the model itself or to 1, whichever is larger. */
  readonly tolerance: number;
}
