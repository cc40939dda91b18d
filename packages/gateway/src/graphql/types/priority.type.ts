import type { Priority } from '@medzoo/core';
import { registerEnumType } from 'type-graphql';
import type { EnumOf } from './enum-of.js';

export const PRIORITIES = { INTERACTIVE: 'interactive', BATCH: 'batch' } as const satisfies EnumOf<Priority>;

registerEnumType(PRIORITIES, {
  name: 'Priority',
  description: 'Who goes first where many wait.',
  valuesConfig: {
    INTERACTIVE: { description: 'A person waits for it.' },
    BATCH: { description: 'It takes what interactive work leaves, and is the first to be refused as BUSY.' },
  },
});
