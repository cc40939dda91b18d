import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Names = z.strictObject({
  order: z.array(z.string()),
  ofEvaluation: z.array(z.string()),
  whole: z.array(z.string()),
});

/** `medzoo_train.record_metrics` (Python) reads the same file. */
const names = Names.parse(JSON.parse(readFileSync(new URL('../../metric-names.json', import.meta.url), 'utf8')));

/** In this order in model files; any other metric follows by name. */
export const ORDER: readonly string[] = names.order;

/** What an evaluation measures; what it does not know is somebody's own. */
export const OF_EVALUATION = new RegExp(`^(${names.ofEvaluation.join('|')})$`);

/** Names of metrics over all labels, none of which ends in one: a label may be called "size" or "accuracy". */
export const WHOLE: readonly string[] = names.whole;
