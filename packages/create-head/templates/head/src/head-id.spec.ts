import { existsSync } from 'node:fs';
import { testHead } from '@medzoo/core/testing';
import { describe, it } from 'vitest';
import { headName } from './head-id.js';

// The trainer writes it. Before that the model has random weights, and only the behaviour of the head is tested.
const golden = new URL('../model/golden.json', import.meta.url);

describe('head-id', () => {
  testHead(headName, { it, ...(existsSync(golden) && { golden }) });
});
