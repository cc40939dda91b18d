import { z } from 'zod';
import { ZooError } from '../errors/errors.js';

/**
 * Which values become black and which white, as data: a head declares in model.json what it was trained on, and
 * `medzoo embed` applies the same rule to what a head is trained with. A new rule is one more entry here; each place
 * that applies rules does not compile until it knows it.
 *
 * - `file`: the file's own display window (or VOI LUT), the `index`th of several. Where it has none: by `otherwise`,
 *   either the modality's usual window (CT 40/400; MR, CR, DX, MG, NM, PT and the like 1st to 99th percentile; US and
 *   what has 8 bits all of BitsStored) or smallest to largest value.
 * - `fixed`: one window for all images, in values after the modality LUT (Hounsfield units for CT).
 * - `percentiles`: of the frame's own values.
 * - `range`: smallest to largest value of the frame.
 * - `stored`: all values that BitsStored allows.
 *
 * Padding counts for none of them. Colour has no window and passes as it is.
 */
export const windowRule = z.discriminatedUnion('rule', [
  z.strictObject({
    rule: z.literal('file'),
    index: z.int().min(0).optional(),
    otherwise: z.enum(['modality', 'range']).optional(),
  }),
  z.strictObject({
    rule: z.literal('fixed'),
    center: z.number(),
    width: z.number().positive(),
    function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']).optional(),
  }),
  z
    .strictObject({
      rule: z.literal('percentiles'),
      low: z.number().min(0).max(100),
      high: z.number().min(0).max(100),
    })
    .refine(({ low, high }) => low < high, { path: ['low'], message: 'low must be below high' }),
  z.strictObject({ rule: z.literal('range') }),
  z.strictObject({ rule: z.literal('stored') }),
]);

export type WindowRule = z.infer<typeof windowRule>;

const RULES = windowRule.options.map(({ shape }) => shape.rule.value);

/** Parses what came as JSON; throws INVALID_PARAM with the path of what is wrong. */
export function parseWindowRule(value: unknown): WindowRule {
  const parsed = windowRule.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = ['window', ...(issue?.path ?? [])].join('.');
    throw new ZooError(
      'INVALID_PARAM',
      `${path}: ${issue?.message ?? 'is no window rule'}. Rules: ${RULES.join(', ')}.`,
      {
        details: { path },
      },
    );
  }
  return parsed.data;
}
