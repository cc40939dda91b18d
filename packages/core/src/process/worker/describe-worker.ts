import type { Zoo } from '../../contract/index.js';
import type { WorkerStatus } from '../channel/messages.js';

/** What the process of this zoo tells the one that asks. */
export function describeWorker(zoo: Zoo): WorkerStatus {
  const { pid, threads, rssBytes, models, memory, embeddingStore } = zoo.runtime().processes[0]!;
  return { pid, threads, rssBytes, models, memory, ...(embeddingStore && { embeddingStore }) };
}
