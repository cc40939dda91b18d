import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { automed } from '@medzoo/automed';
import { digestsOf, HARD_CASES, type Failures } from '@medzoo/cards';
import type { Head } from '@medzoo/core/contract';
import { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';
import { promptable, samMed2dTiny } from '@medzoo/sam-med2d';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { renderHuggingFace } from './hugging-face.js';
import { toMonaiMetadata } from './monai-metadata.js';
import { renderEncoder, renderHead } from './render-card.js';
import { renderHeadsTable } from './render-heads-table.js';
import { ROOT } from '../workspace.js';

const START = '<!-- card: written by `npm run cards` from head.ts, model.json and failures.json -->';
const END = '<!-- end of card -->';

const HEADS_START = '<!-- heads: written by `npm run cards` from the model files and failures.json -->';
const HEADS_END = '<!-- end of heads -->';

/** Of the pictures of known failures: a package is installed for its weights. */
const MOST_BYTES = { picture: 60_000, all: 400_000 };

const HEADS: readonly (readonly [name: string, head: Head])[] = [
  ['sam-med2d', promptable],
  ['automed', automed],
  ['medcls', chestXrayPneumonia],
  ['medcls', breastUltrasound],
  ['medcls', brainMri],
];

function failuresFolder(name: string, head: Head): URL {
  return new URL(`packages/${name}/card/${head.manifest.id}/failures/`, ROOT);
}

function readFailures(name: string, head: Head): Failures {
  return JSON.parse(readFileSync(new URL('failures.json', failuresFolder(name, head)), 'utf8')) as Failures;
}

/** A document with the part between two marks made anew; the words around it are a person's. */
async function replacePart(file: string, [start, end]: readonly [string, string], parts: readonly string[]) {
  const [before, rest] = readFileSync(file, 'utf8').split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} has no place for "${start}".`);
  return format([before + start, ...parts, end + after].join('\n\n'), {
    ...(await resolveConfig(file)),
    parser: 'markdown',
  });
}

async function renderReadme(name: string): Promise<string> {
  const heads = HEADS.filter(([owner]) => owner === name).map(([, head]) =>
    renderHead(head, { failures: readFailures(name, head), folder: `card/${head.manifest.id}/failures` }),
  );
  const cards = name === 'sam-med2d' ? [renderEncoder(samMed2dTiny), ...heads] : heads;
  return replacePart(fileURLToPath(new URL(`packages/${name}/README.md`, ROOT)), [START, END], cards);
}

it("the README's table of heads says what their cards say (npm run cards brings it up to date)", async () => {
  const file = fileURLToPath(new URL('README.md', ROOT));
  // The promptable head is the first of the cards, and the last that a newcomer looks for.
  const rows = [...HEADS.slice(1), HEADS[0]!].map(([name, head]) => ({
    head,
    failures: readFailures(name, head),
    card: `packages/${name}/README.md#${name === 'automed' ? 'model-card' : 'model-cards'}`,
  }));
  const readme = await replacePart(file, [HEADS_START, HEADS_END], [renderHeadsTable(rows)]);
  await expect(readme).toMatchFileSnapshot(file);
});

it.each(['sam-med2d', 'automed', 'medcls'])(
  'the card of %s says what its model files say (npm run cards brings it up to date)',
  async (name) => {
    const file = fileURLToPath(new URL(`packages/${name}/README.md`, ROOT));
    await expect(await renderReadme(name)).toMatchFileSnapshot(file);
  },
);

it.each(HEADS)(
  '%s ships the cards of its heads for MONAI and Hugging Face (npm run cards brings them up to date)',
  async (name, head) => {
    const folder = new URL(`packages/${name}/card/${head.manifest.id}/`, ROOT);
    const metadata = `${JSON.stringify(toMonaiMetadata(head), undefined, 2)}\n`;
    await expect(metadata).toMatchFileSnapshot(fileURLToPath(new URL('metadata.json', folder)));
    const card = renderHuggingFace(head, readFailures(name, head));
    await expect(card).toMatchFileSnapshot(fileURLToPath(new URL('huggingface.md', folder)));
  },
);

describe.each(HEADS)('the known failures in the card of %s', (name, head) => {
  const { digests, cases } = readFailures(name, head);
  const folder = failuresFolder(name, head);

  it('were made with the weights that are here (npm run cards makes them anew)', () => {
    expect(digests).toEqual(digestsOf(head));
  });

  it('are all of its hard cases, and their pictures are the ones that were made, small, and shown', async () => {
    const hard = HARD_CASES.find((of) => of.head === head.manifest.id);
    expect(cases.map(({ id, shows }) => ({ id, shows }))).toEqual(hard?.cases.map(({ id, shows }) => ({ id, shows })));
    expect(readdirSync(folder).toSorted()).toEqual(['failures.json', ...cases.map((one) => one.picture)].toSorted());
    // As it should be: that the file is so is tested above, and an update writes it only after this.
    const readme = await renderReadme(name);
    for (const { picture, picture_sha256: digest } of cases) {
      const bytes = readFileSync(new URL(picture, folder));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
      expect(bytes.length).toBeLessThan(MOST_BYTES.picture);
      expect(readme.includes(`(card/${head.manifest.id}/failures/${picture})`), picture).toBe(true);
    }
  });
});

it('the pictures of known failures stay small together', () => {
  const sizes = HEADS.flatMap(([name, head]) =>
    readFailures(name, head).cases.map(
      ({ picture }) => readFileSync(new URL(picture, failuresFolder(name, head))).length,
    ),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES.all);
});
