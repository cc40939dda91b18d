import { cpus, totalmem } from 'node:os';
import { countThreads } from '../../host/count-threads.js';
import type { LimitFacts } from '../facts.js';

/** The host's cores and memory, and what this process may use of them. */
export function probeLimits(): LimitFacts {
  const hostMemoryBytes = totalmem();
  const limit = process.constrainedMemory(); // 0 or a huge number where there is none
  const isLimited = limit > 0 && limit < hostMemoryBytes;
  return {
    hostCores: cpus().length,
    threads: countThreads(),
    hostMemoryBytes,
    memoryLimitBytes: isLimited ? limit : undefined,
  };
}
