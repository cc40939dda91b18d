import { connectZoo, createZoo, type Zoo, type ZooConfig } from '@medzoo/core';

/** For fewer pictures, worker processes take longer to start than they save. */
const MANY_PICTURES = 24;

export interface OpenZoo {
  readonly zoo: Zoo;
  /** How many pictures it has something to do with at one time. */
  readonly picturesAtOnce: number;
}

export interface ZooSource {
  readonly config: ZooConfig;
  /** The user's own config module; undefined for the built-in heads. */
  readonly configModule: URL | undefined;
}

/**
 * The zoo for so many pictures: in this process for a few, so that each stage's milliseconds are its own, and in worker
 * processes for many, so that all cores have a model to run.
 */
export async function openZoo({ config, configModule }: ZooSource, pictures: number): Promise<OpenZoo> {
  // Warm, so that the milliseconds of the first image are those of any other.
  if (pictures < MANY_PICTURES) return { zoo: await createZoo({ ...config, warmUp: true }), picturesAtOnce: 1 };
  const module = new URL('../worker-config.js', import.meta.url);
  if (configModule) module.searchParams.set('config', configModule.href);
  const zoo = await connectZoo({ config: module, processes: 'auto', standby: false });
  // Two more: while the models run, a picture is decoded and another one is drawn.
  return { zoo, picturesAtOnce: zoo.runtime().processes.length + 2 };
}
