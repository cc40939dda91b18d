import type { ZooConfig } from '../../zoo/config/zoo-config.js';

/**
 * glibc keeps freed memory for itself in a heap that it trims ever more rarely: of our encoder's 46 MB nothing comes
 * back by closing it. With a threshold that is set, in bytes, it does, but for a little; an image then costs 3 to 5 %
 * more, one of 2500 x 2000 10 to 15 %.
 */
const VARIABLE = 'MALLOC_TRIM_THRESHOLD_';
const THRESHOLD_BYTES = 128 * 1024;

/**
 * What a process needs in its environment, if it has not, so that models that are closed give their memory back; C
 * libraries read it at their start.
 */
export function findMissingEnvironment(
  { memoryBudget }: Pick<ZooConfig, 'memoryBudget'>,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Readonly<Record<string, string>> | undefined {
  if (memoryBudget === undefined || platform !== 'linux' || environment[VARIABLE] !== undefined) return undefined;
  return { [VARIABLE]: String(THRESHOLD_BYTES) };
}
