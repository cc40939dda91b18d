import { isPromptType, type ParamSpecs, type PromptType, type Size } from '../../contract/index.js';

/**
 * What a request must say so that any head can run: nothing but, where it takes prompts, ones in the middle of the
 * image.
 */
export function exampleParams(specs: ParamSpecs, { width, height }: Size): Record<string, unknown> {
  const prompts: Readonly<Record<PromptType, unknown>> = {
    points: [{ x: width / 2, y: height / 2, positive: true }],
    box: { x: width / 4, y: height / 4, width: width / 2, height: height / 2 },
  };
  const entries = Object.entries(specs).flatMap(([name, { type }]) =>
    isPromptType(type) ? [[name, prompts[type]]] : [],
  );
  return Object.fromEntries(entries) as Record<string, unknown>;
}
