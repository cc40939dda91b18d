import type { ErrorCode } from '../../contract/index.js';
import { askChild } from './ask-child.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../../dist/doctor/probes/start-child.js', import.meta.url);
/** With `warmUp`, a GPU may compile for half a minute for each of several models. */
const START_WITHIN_MS = 180_000;

/** What the process tells. */
export type ToldOfStart =
  { readonly state: 'started' } | { readonly state: 'refused'; readonly reason: string; readonly code?: ErrorCode };

/**
 * Why the zoo of a config cannot start, in the words of the start itself: it is started, as far as that goes without
 * fetching anything, in a process of its own. Undefined if it starts; weights are left to those who look at each model.
 */
export async function probeStart(config: URL): Promise<string | undefined> {
  const said = await askChild<ToldOfStart>(ENTRY, [config.href], START_WITHIN_MS);
  if (said.state === 'started') return undefined;
  if ('code' in said && (said.code === 'WEIGHTS_UNAVAILABLE' || said.code === 'WEIGHTS_CORRUPT')) return undefined;
  return said.reason;
}
