import { HEADS_FIELD, PART_IDS, PROMPTED_HEADS } from '../part-ids.js';
import type { PromptedHead } from '../prompts/prompts.js';

type PartName = keyof typeof PART_IDS;

interface Special {
  readonly form: HTMLFormElement;
  readonly fields: HTMLFieldSetElement;
  readonly file: HTMLInputElement;
  readonly submit: HTMLButtonElement;
  readonly stop: HTMLButtonElement;
}

export type Parts = Readonly<{ [K in PartName]: K extends keyof Special ? Special[K] : HTMLElement }>;

/** The parts of the page; throws if one is not there, which a test of the server's page rules out. */
export function findParts(): Parts {
  const entries = Object.entries(PART_IDS).map(([name, id]) => {
    const element = document.getElementById(id);
    if (!element) throw new Error(`The page has no part "${id}".`);
    return [name, element] as const;
  });
  return Object.fromEntries(entries) as unknown as Parts;
}

/** The checkboxes of the heads. */
export function findHeadBoxes({ form }: Parts): readonly HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[name="${HEADS_FIELD}"]`)];
}

/** The heads that are asked by pointing at the picture. */
export function findPromptedHeads({ form }: Parts): readonly PromptedHead[] {
  return JSON.parse(form.getAttribute(PROMPTED_HEADS) ?? '[]') as readonly PromptedHead[];
}
