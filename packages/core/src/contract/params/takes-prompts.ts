import type { ParamSpec, ParamSpecs } from './params.js';

/** The kinds of params by which a person shows a head where to look in the image. */
export const PROMPT_TYPES = ['points', 'box'] as const satisfies readonly ParamSpec['type'][];

export type PromptType = (typeof PROMPT_TYPES)[number];

/** Whether a param of this type is a prompt. */
export function isPromptType(type: ParamSpec['type']): type is PromptType {
  return (PROMPT_TYPES as readonly string[]).includes(type);
}

/** Whether a head has to be shown where to look. One that takes no prompts answers on an image alone. */
export function takesPrompts({ params }: { readonly params: ParamSpecs }): boolean {
  return Object.values(params).some(({ type }) => isPromptType(type));
}
