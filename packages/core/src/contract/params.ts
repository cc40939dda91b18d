import type { Box, Point } from './tensor.js';

interface Described {
  readonly description: string;
}

interface NumberParam extends Described {
  readonly type: 'number';
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

interface BooleanParam extends Described {
  readonly type: 'boolean';
  readonly default: boolean;
}

interface ChoiceParam extends Described {
  readonly type: 'choice';
  readonly default: string;
  readonly options: readonly string[];
}

/** Some of the model's labels; all of them if left out. */
interface LabelsParam extends Described {
  readonly type: 'labels';
}

/** Prompt points in image space; none if left out. */
interface PointsParam extends Described {
  readonly type: 'points';
}

/** A prompt box in image space; none if left out. */
interface BoxParam extends Described {
  readonly type: 'box';
}

/** Declared once: it types `feeds` and `decode`, checks requests and draws forms. */
export type ParamSpec = NumberParam | BooleanParam | ChoiceParam | LabelsParam | PointsParam | BoxParam;

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
