import type { Failures } from '@medzoo/cards';
import { renderEncoderCard, renderHeadCard, type CardWords } from '@medzoo/cli';
import type { Encoder, Head } from '@medzoo/core/contract';
import { renderFailures } from './render-failures.js';

/** In this repository. */
const WORDS: CardWords = {
  evaluate: 'npm run evaluate',
  presence: 'npm run presence',
  separator: '-- ',
  training: 'Training and export: tools/train.',
};

/** What a head gets wrong, and where the pictures of it lie, as seen from the document. */
export interface PicturedFailures {
  readonly failures: Failures;
  readonly folder: string;
}

/** The part of a head's README that is made from its manifest, its model file and its known failures. */
export function renderHead(head: Head, pictured?: PicturedFailures): string {
  const failures = pictured ? renderFailures(pictured.failures, pictured.folder) : [];
  return renderHeadCard(head, { words: WORDS, failures });
}

/** As `renderHead`, for an encoder. */
export function renderEncoder(encoder: Encoder): string {
  return renderEncoderCard(encoder, WORDS);
}
