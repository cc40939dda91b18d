import type { Zoo } from '../../contract/index.js';
import type { ProcessState } from '../channel/messages.js';

/** What the process of this zoo tells the one that asks. */
export function describeProcess(zoo: Zoo): ProcessState {
  const { pid, threads, rssBytes, models, memory, embeddingStore } = zoo.runtime().processes[0]!;
  return { pid, threads, rssBytes, models, memory, ...(embeddingStore && { embeddingStore }) };
}
