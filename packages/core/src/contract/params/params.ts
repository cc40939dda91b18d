import { z } from 'zod';
import { aName } from '../model/names/a-name.js';
import { strictObject } from '../model/schema/strict-object.js';
import { cutName } from '../text/show-value.js';
import type { Box, Point } from '../backend/tensor.js';

/** What a person may choose from. A form draws an entry for each, so none stands here twice. */
const choices = z
  .array(aName)
  .min(1)
  .superRefine((options, context) => {
    for (const [index, option] of options.entries()) {
      if (options.indexOf(option) < index)
        context.addIssue({ code: 'custom', path: [index], message: `"${cutName(option)}" stands here twice` });
    }
  })
  .readonly();
/** For people: what the param does. */
const description = z.string();
/** How many items a list may have. */
const maxItems = z.int().min(1).max(1024).exactOptional();

/**
 * One param of a head, declared once: it types `feeds` and `decode`, checks requests and draws forms. `labels` are some
 * of the model's labels, each once, and all of them by default. `points` and `box` are prompts in image space, and none
 * by default.
 */
export const paramSpec = z.discriminatedUnion(
  'type',
  [
    strictObject({
      type: z.literal('number'),
      default: z.number(),
      min: z.number().exactOptional(),
      max: z.number().exactOptional(),
      description,
    }),
    strictObject({ type: z.literal('boolean'), default: z.boolean(), description }),
    strictObject({ type: z.literal('choice'), default: aName, options: choices, description }),
    strictObject({ type: z.literal('labels'), maxItems, description }),
    strictObject({ type: z.literal('points'), maxItems, description }),
    strictObject({ type: z.literal('box'), description }),
  ],
  { error: (): string => `a param is of the type ${PARAM_TYPES.slice(0, -1).join(', ')} or ${PARAM_TYPES.at(-1)!}` },
);

export type ParamSpec = z.infer<typeof paramSpec>;

/** The types that a param may have. */
export const PARAM_TYPES: readonly ParamSpec['type'][] = paramSpec.options.map(
  (spec) => spec.unwrap().shape.type.value,
);

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** A prompt point in image space; `positive` false means "not this". */
export type PromptPoint = Point & { readonly positive: boolean };

interface ValueOf {
  readonly number: number;
  readonly boolean: boolean;
  readonly labels: readonly string[];
  readonly points: readonly PromptPoint[];
  readonly box: Box | undefined;
}

/** The value a param takes; distributes over a union of specs. */
export type ParamValue<S extends ParamSpec> = S extends { readonly options: readonly (infer O)[] }
  ? O
  : S extends { readonly type: infer T extends keyof ValueOf }
    ? ValueOf[T]
    : never;

export type ParamValues<P extends ParamSpecs> = { readonly [K in keyof P]: ParamValue<P[K]> };
