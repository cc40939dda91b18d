import { askChild } from './ask-child.js';
import type { RuntimeFacts, SelfTest } from '../facts.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../../dist/doctor/probes/self-test-child.js', import.meta.url);
/** A GPU's first session may compile for half a minute. */
const ANSWER_WITHIN_MS = 60_000;

export type Question = { readonly ask: 'providers' } | { readonly ask: 'test'; readonly provider: string };

type Providers = Extract<RuntimeFacts, { readonly state: 'loaded' }>['providers'];

/** What the process tells. */
export type Told =
  | { readonly state: 'listed'; readonly providers: Providers }
  | Omit<Extract<SelfTest, { readonly state: 'passed' }>, 'provider'>
  | { readonly state: 'failed'; readonly reason: string };

type Failed = Extract<Told, { readonly state: 'failed' }>;

/**
 * Asks in a process of its own: a broken driver may end it, or keep it for ever. What native code writes is left out.
 */
export async function askSelfTest(question: {
  readonly ask: 'providers';
}): Promise<Extract<Told, { state: 'listed' }> | Failed>;
export async function askSelfTest(question: {
  readonly ask: 'test';
  readonly provider: string;
}): Promise<Extract<Told, { state: 'passed' }> | Failed>;
export async function askSelfTest(question: Question): Promise<Told> {
  return askChild(ENTRY, [JSON.stringify(question)], ANSWER_WITHIN_MS);
}
