import { expect, it } from 'vitest';
import { imageRow, type Row } from './data-set.js';
import { sayUngrouped } from './say-ungrouped.js';

const rowsOf = (column: string, people: readonly (string | undefined)[], group?: string): Row[] =>
  people.map((person, index) => ({
    ...imageRow('set', `${index}.png`),
    ...(group !== undefined && { group }),
    cells: person === undefined ? {} : { [column]: person },
  }));

it.each(['patient', 'patient_id', 'patientid', 'patient id', 'subject', 'subject-no', 'case_number', 'pid'])(
  'names the column %s, by which images belong together',
  (column) => {
    const [note, ...more] = sayUngrouped(rowsOf(column, ['a', 'b', 'a']));
    expect(more).toEqual([]);
    expect(note).toContain(`index.csv has no column group, and ${column} names several images alike.`);
    expect(note).not.toContain('0.png');
  },
);

it('says nothing of one image each, of other columns, and of rows with groups', () => {
  expect(sayUngrouped(rowsOf('patient', ['a', 'b', 'c']))).toEqual([]);
  expect(sayUngrouped(rowsOf('patient', ['a', undefined, undefined]))).toEqual([]);
  expect(sayUngrouped(rowsOf('patient_age', ['63', '63']))).toEqual([]);
  expect(sayUngrouped(rowsOf('patient', ['a', 'a'], 'g'))).toEqual([]);
});
