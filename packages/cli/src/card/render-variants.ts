import type { TrainedModel } from '@medzoo/core/contract';
import { table } from './markdown-table.js';

/** Whose answers the gate is of, and what "reference" is in it. */
const WORDS = {
  encoder:
    'With it, the heads that were released together with it answer held-out images as follows; "reference" is the ' +
    "encoder's own file.",
  head:
    'With it, the head answers held-out images as follows; "reference" is its own file. The numbers above are of the ' +
    'file that ran when they were measured.',
} as const;

/** A model's other files, each with what its answers differ in from those of the reference. */
export function renderVariants({ variants = [] }: Pick<TrainedModel, 'variants'>, role: keyof typeof WORDS): string[] {
  return variants.flatMap(({ precision, providers, bytes, sha256, gate }) => [
    `#### Precision \`${precision}\``,
    `On the execution provider ${providers.join(', ')} the ${role} runs in this precision: ` +
      `${(bytes / 1e6).toFixed(2)} MB, SHA-256 \`${sha256}\`. ${WORDS[role]}`,
    table(
      ['data set', 'split', 'metric', 'images', 'reference', precision],
      gate.map(({ dataset, split, metric, label, n, before, after }) => [
        ...[dataset, split, label === undefined ? metric : `${metric} (${label})`, String(n)],
        ...[before.toFixed(4), after.toFixed(4)],
      ]),
    ),
  ]);
}
