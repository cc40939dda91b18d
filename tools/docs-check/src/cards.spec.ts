import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { automed } from '@medzoo/automed';
import { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';
import { promptable, samMed2dTiny } from '@medzoo/sam-med2d';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { renderHuggingFace } from './hugging-face.js';
import { toMonaiMetadata } from './monai-metadata.js';
import { renderEncoder, renderHead } from './render-card.js';
import { ROOT } from './workspace.js';

const START = '<!-- card: written by `npm run cards` from head.ts and model.json -->';
const END = '<!-- end of card -->';

/** The README with its card made anew; the words around it are a person's. */
async function renderReadme(file: URL, cards: readonly string[]): Promise<string> {
  const [before, rest] = readFileSync(file, 'utf8').split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('The README has no place for its card.');
  return format([before + START, ...cards, END + after].join('\n\n'), { parser: 'markdown', printWidth: 120 });
}

it.each([
  ['sam-med2d', [renderEncoder(samMed2dTiny), renderHead(promptable)]],
  ['automed', [renderHead(automed)]],
  ['medcls', [renderHead(chestXrayPneumonia), renderHead(breastUltrasound), renderHead(brainMri)]],
])('the card of %s says what its model files say (npm run cards brings it up to date)', async (name, cards) => {
  const file = new URL(`packages/${name}/README.md`, ROOT);
  await expect(await renderReadme(file, cards)).toMatchFileSnapshot(fileURLToPath(file));
});

it.each([
  ['sam-med2d', promptable],
  ['automed', automed],
  ['medcls', chestXrayPneumonia],
  ['medcls', breastUltrasound],
  ['medcls', brainMri],
])(
  '%s ships the cards of its heads for MONAI and Hugging Face (npm run cards brings them up to date)',
  async (name, head) => {
    const folder = new URL(`packages/${name}/card/${head.manifest.id}/`, ROOT);
    const metadata = `${JSON.stringify(toMonaiMetadata(head), undefined, 2)}\n`;
    await expect(metadata).toMatchFileSnapshot(fileURLToPath(new URL('metadata.json', folder)));
    await expect(renderHuggingFace(head)).toMatchFileSnapshot(fileURLToPath(new URL('huggingface.md', folder)));
  },
);
