import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import type { PartialAnswers } from './answers.js';
import { completeAnswers } from './answers.js';
import { ask } from './ask.js';

interface Question {
  readonly message: string;
  readonly validate: (answer: string) => string | undefined;
}

/** What a person types at each question, by a word of it: one after another, until one is taken. */
let typed: Record<string, string[]> = {};
/** What was said of answers that were not taken. */
let refused: string[] = [];
let said: string[] = [];

vi.mock('@clack/prompts', () => ({
  intro: () => undefined,
  isCancel: () => false,
  log: { warn: (message: string) => said.push(message) },
  select: () => Promise.resolve(typed['What does it do']![0]),
  text: ({ message, validate }: Question) => {
    const answers = Object.entries(typed).find(([words]) => message.includes(words))?.[1] ?? [''];
    for (const answer of answers) {
      const fault = validate(answer);
      if (fault === undefined) return Promise.resolve(answer);
      refused.push(fault);
    }
    throw new Error(`None of the answers to "${message}" is taken.`);
  },
}));

beforeEach(() => {
  typed = {};
  refused = [];
  said = [];
});

const answersTo = async (given: PartialAnswers, data?: string) => completeAnswers(await ask(given, data), '0.1.0');

it('says at once what is wrong with an answer, and takes the next', async () => {
  typed = {
    called: ['Skin Lesions', 'skin-lesions'],
    'What does it do': ['classification'],
    labels: ['benign', 'benign,benign', 'benign, malignant'],
    Modalities: ['x-ray', 'XC, ES'],
  };
  expect(await answersTo({})).toMatchObject({
    ...{ id: 'skin-lesions', task: 'classification', labels: ['benign', 'malignant'], modalities: ['XC', 'ES'] },
  });
  expect(refused).toEqual([
    expect.stringContaining('lower-case words joined by hyphens'),
    expect.stringContaining('needs two labels at least'),
    expect.stringContaining('"benign" stands there twice'),
    expect.stringContaining('is a DICOM code'),
  ]);
});

it('asks for the values of several targets, which nobody can guess', async () => {
  typed = { 'What does it do': ['segmentation'], labels: ['nucleus,cell'], values: ['1=nucleus', '1=nucleus,2=cell'] };
  expect(await answersTo({ id: 'cells' })).toMatchObject({ maskValues: { 1: 'nucleus', 2: 'cell' } });
  expect(refused).toEqual([expect.stringContaining('Name that of "cell"')]);
});

it('asks for no values of one target, and leaves what is empty to be decided', async () => {
  typed = { 'What does it do': ['segmentation'], labels: ['wound'], Modalities: [' '] };
  expect(await answersTo({ id: 'wounds' })).toMatchObject({ labels: ['wound'], maskValues: {}, modalities: [] });
  expect(refused).toEqual([]);
});

it('asks for the units of numbers, which are their names', async () => {
  typed = { 'What does it do': ['regression'], 'numbers and their units': ['bone age', 'bone age=mo,height=cm'] };
  expect(await answersTo({ id: 'hand' })).toMatchObject({
    ...{ labels: ['bone age', 'height'], quantities: { 'bone age': 'mo', height: 'cm' } },
  });
  expect(refused).toEqual([expect.stringContaining('pairs of a label and its unit')]);
});

it('reads the labels of a folder when the task is known, and asks where it does not tell them', async () => {
  const data = await mkdtemp(join(tmpdir(), 'data-'));
  await mkdir(join(data, 'images'));
  await mkdir(join(data, 'masks'));
  typed = { 'What does it do': ['segmentation'], labels: ['wound'] };
  expect(await answersTo({ id: 'wounds' }, data)).toMatchObject({ labels: ['wound'] });
  expect(said).toEqual([expect.stringContaining('does not say what its masks show')]);
  await writeFile(join(data, 'index.csv'), 'image,mask,label\n1.png,1m.png,ulcer\n');
  expect(await answersTo({ id: 'wounds' }, data)).toMatchObject({ labels: ['ulcer'] });
});
