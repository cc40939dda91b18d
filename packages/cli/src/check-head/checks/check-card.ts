import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '@medzoo/core/contract';
import { updateCard } from '../../card/update-card.js';
import { error, ok, warning, type Finding } from '../finding.type.js';
import { countOf } from '../../terminal/format.js';

/** What a reader of a card looks for, and words by which it is found. */
const SECTIONS: Readonly<Record<string, RegExp>> = {
  'the intended use': /intended use|not for diagnosis/i,
  'its limits': /^#+ .*limit/im,
  'the data and their licences': /data set|trained on|training data/i,
};
const UNDECIDED = /^.*TO DECIDE:?\s*(.*)$/gm;
const SHOWN = 3;

/** The README, which is the model card: that it is there, has what a reader looks for, and leaves nothing to decide. */
export async function checkCard(folder: string, heads: readonly Head[]): Promise<Finding> {
  const text = await readFile(join(folder, 'README.md'), 'utf8').catch(() => undefined);
  if (text === undefined)
    return error(
      'card',
      'There is no README.md, which is the model card.',
      'Write one; docs/adding-a-head.md says what belongs there.',
    );
  const open = [...text.matchAll(UNDECIDED)].map(([, what = '']) => what.replaceAll(/[>*_`]/g, '').trim());
  if (open.length > 0) {
    const more = open.length > SHOWN ? ', …' : '';
    return warning(
      'card',
      `README.md has ${countOf(open.length, 'thing')} to decide: ${open.slice(0, SHOWN).join('; ')}${more}`,
      'Write them where README.md says TO DECIDE.',
    );
  }
  const missing = Object.entries(SECTIONS)
    .filter(([, words]) => !words.test(text))
    .map(([what]) => what);
  if (missing.length > 0)
    return warning(
      'card',
      `README.md does not tell ${missing.join(', ')}.`,
      'Write it; docs/adding-a-head.md says what belongs there.',
    );
  const { state } = await updateCard(folder, heads, { isDry: true });
  if (state === 'updated')
    return warning('card', 'Its tables are not those of model.json.', 'Write them: npx medzoo card');
  return ok('card', 'README.md tells use, limits and data');
}
