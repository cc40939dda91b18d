import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ZooConfig } from '@medzoo/core';
import type { Encoder } from '@medzoo/core/contract';
import { readEncoderFile } from '@medzoo/core/model';
import { CommandError } from '../command-error.js';

/** The encoder whose embeddings a head is trained on, and where it is from. */
export interface ChosenEncoder {
  readonly encoder: Encoder;
  /** The npm package that brings its weights; null for weights that lie in none. */
  readonly package: { readonly name: string; readonly version: string } | null;
}

/**
 * `--encoder FILE` (a model.json of an encoder), `--encoder ID` of a head of the config, else the one encoder of all
 * its heads, else medzoo's own. Throws a CommandError where there are several.
 */
export async function chooseEncoder(asked: string | undefined, config: ZooConfig | undefined): Promise<ChosenEncoder> {
  const encoder = await findEncoder(asked, config);
  return { encoder, package: await findPackage(encoder) };
}

async function findEncoder(asked: string | undefined, config: ZooConfig | undefined): Promise<Encoder> {
  if (asked?.endsWith('.json')) {
    const trained = readEncoderFile(resolve(asked));
    return { id: trained.name, trained };
  }
  const { samMed2dTiny } = await import('@medzoo/sam-med2d');
  const known = config ? config.heads.map(({ encoder }) => encoder) : [samMed2dTiny];
  const byId = new Map(known.map((encoder) => [encoder.id, encoder]));
  const fitting = asked === undefined ? [...byId.values()] : [...byId.values()].filter(({ id }) => id === asked);
  const [encoder, ...others] = fitting;
  if (encoder && others.length === 0) return encoder;
  throw new CommandError(
    `${encoder ? 'The heads have several encoders' : `There is no encoder "${asked ?? ''}"`}. Choose one with ` +
      `--encoder: ${[...byId.keys()].join(', ')}, or the model.json of another.`,
  );
}

/** The package whose folder the weights lie in. */
async function findPackage({ trained }: Encoder): Promise<ChosenEncoder['package']> {
  const { url } = trained.model;
  if (!url.startsWith('file:')) return null;
  for (let folder = dirname(fileURLToPath(url)); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) {
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      return name === undefined || version === undefined ? null : { name, version };
    }
    if (folder === dirname(folder)) return null;
  }
}
