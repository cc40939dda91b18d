import { formatBytes } from '../../contract/text/format-bytes.js';
import type { Finding } from '../check.js';
import type { LimitFacts } from '../facts.js';

/** A gateway with the five heads of medzoo needs about so much (docs/operating.md, "Memory"). */
const COMFORTABLE_BYTES = 1e9;

export function checkLimits({ hostCores, threads, hostMemoryBytes, memoryLimitBytes }: LimitFacts): readonly Finding[] {
  const quota =
    threads < hostCores
      ? `, by the container's quota or the processors that it may use; the host has ${hostCores}`
      : '';
  const cores: Finding = { id: 'cores', state: 'ok', found: `${threads} for a model run${quota}` };
  const isLimited = memoryLimitBytes !== undefined && memoryLimitBytes < hostMemoryBytes;
  const bytes = isLimited ? memoryLimitBytes : hostMemoryBytes;
  const found = isLimited
    ? `${formatBytes(bytes)}, the container's limit; the host has ${formatBytes(hostMemoryBytes)}`
    : `${formatBytes(bytes)}, no limit by the container`;
  if (bytes >= COMFORTABLE_BYTES) return [cores, { id: 'memory', state: 'ok', found }];
  const remedy =
    "raise the container's limit, such as docker run --memory 2g, or set " + 'MEDZOO_MAX_ANALYSES and cacheBytes lower';
  return [cores, { id: 'memory', state: 'notice', found, remedy }];
}
