import { lstat } from 'node:fs/promises';
import { completeOptions, type WeightsOptions } from '../../model/weights/weights-options.js';
import { holdFolder, packedFolderIn } from '../../sessions/packed/folder/packed-folder.js';
import { readPackedSetting } from '../../sessions/packed/packed-setting.js';
import { listPacked } from '../../sessions/packed/folder/remove-unused.js';
import type { PackedFacts } from '../facts.js';
import type { Machine } from '../machine.js';

interface Settings {
  readonly weights?: WeightsOptions | undefined;
  readonly packedWeights?: boolean | undefined;
}

/** Whether workers of a config can keep packed weights here, and what is kept. Nothing is written. */
export async function probePacked(
  { node: { platform }, environment }: Machine,
  { weights, packedWeights = readPackedSetting(environment) }: Settings = {},
): Promise<PackedFacts> {
  const folder = packedFolderIn(completeOptions(weights).cacheFolder);
  if (packedWeights === false) return { state: 'off', folder };
  if (platform !== 'linux') return { state: 'unusable', folder, reason: 'only workers on Linux have them' };
  const found = await lstat(folder).catch((error: unknown) => error as NodeJS.ErrnoException);
  if ('code' in found && found.code === 'ENOENT') return { state: 'absent', folder };
  const held = holdFolder(folder);
  if (held.state === 'unusable') return { state: 'unusable', folder, reason: held.reason };
  const kept = await listPacked(held.path);
  return { state: 'usable', folder, models: kept.length, bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0) };
}
