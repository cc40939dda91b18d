import type { CardState } from './update-card.js';

const STATES: Readonly<Record<CardState, (path: string) => string>> = {
  updated: (path) => `${path} is brought up to date.`,
  current: (path) => `${path} is up to date.`,
  missing: (path) => `There is no ${path}, and so no card to bring up to date.`,
  unmarked: (path) =>
    `${path} has no place for the card: write "<!-- card: written by \`npx medzoo card\` -->" and "<!-- end of ` +
    'card -->" on lines of their own.',
};

/** What became of a README, in a sentence. */
export function describeCard(state: CardState, path: string): string {
  return STATES[state](path);
}
