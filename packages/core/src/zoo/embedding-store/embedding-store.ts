import { anObjectWith } from '../../contract/options/option-schemas.js';

/**
 * A store of text by key that several zoos share: what `keyv` is, whatever it keeps things in. Only these methods are
 * called, so medzoo depends on no version of keyv. Its lifetime of entries, its size and its connection are its
 * owner's.
 */
export interface EmbeddingStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  /** Where there is one, it is listened to: an `error` that nobody hears ends a process. */
  on?(event: 'error', listener: (error: unknown) => void): unknown;
}

export const embeddingStore = anObjectWith<EmbeddingStore>(
  ['get', 'set'],
  'a store with get(key) and set(key, value), such as `new Keyv(...)`',
);
