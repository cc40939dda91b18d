import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { countThreads } from '@medzoo/core';

/** Where a measurement was taken, in words that say nothing of whose machine it is. */
export interface Machine {
  readonly words: string;
  readonly cores: number;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  const cores = countThreads();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const require = createRequire(import.meta.url);
  const versionOf = (file: string): string => (require(file) as { version: string }).version;
  return {
    words: `${cores} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    cores,
    versions: {
      node: process.versions.node,
      'onnxruntime-node': versionOf('onnxruntime-node/package.json'),
      medzoo: versionOf('../../package.json'),
    },
  };
}
