import { expect, it } from 'vitest';
import { IN_INT8, PROVENANCE } from '../test/answers.js';
import { takeHead, takeHeadAndEncoder } from './answered.js';
import { describeWeights } from './dicom/modules.js';

it('names the precision of weights that are a variant, and none beside the model itself', () => {
  const encoder = `encoder=sam-med2d-tiny 0.4.0; encoder-weights-sha256=${'cd'.repeat(32)}`;
  expect(describeWeights(PROVENANCE)).toBe(`weights-sha256=${'ab'.repeat(32)}; ${encoder}`);
  expect(describeWeights({ ...IN_INT8, encoderPrecision: 'fp16' })).toBe(
    `weights-sha256=${'12'.repeat(32)}; weights-precision=int8-static; ${encoder}; encoder-weights-precision=fp16`,
  );
});

it('takes answers of one file of weights', () => {
  const [reference, variant] = [{ provenance: PROVENANCE }, { provenance: IN_INT8 }];
  expect(takeHead([variant, variant]).sha256).toBe('12'.repeat(32));
  expect(() => takeHead([reference, variant])).toThrow(
    "got those of automed in reference and in int8-static. Ask again on one execution provider, or with precision: 'reference'",
  );
  const other = { provenance: { ...PROVENANCE, head: { ...PROVENANCE.head, id: 'other' } } };
  expect(() => takeHead([reference, other])).toThrow('got automed and other. Write a file for each head');
});

it('takes answers of one file of the encoder, where its digest is written once', () => {
  const reference = { provenance: PROVENANCE };
  const encoder = { ...PROVENANCE.encoder, sha256: '34'.repeat(32) };
  const variant = { provenance: { ...PROVENANCE, encoder, encoderPrecision: 'int8-static' } };
  expect(takeHeadAndEncoder([variant, variant])).toEqual(PROVENANCE.head);
  expect(takeHead([reference, variant])).toEqual(PROVENANCE.head);
  expect(() => takeHeadAndEncoder([reference, variant])).toThrow(
    "got those of sam-med2d-tiny in reference and of sam-med2d-tiny in int8-static. Ask again on one execution provider, or with precision: 'reference'",
  );
});
