// The heads of fake.config.mjs, which know dark images by their mean; bright ones are of another kind.
import { defineConfig, writeBase64Floats } from '@medzoo/core';
import fake from './fake.config.mjs';

/** Of images whose mean, 0..1, is about `mean`; `spread` is its deviation. */
const about = (mean, spread) => ({
  mean: writeBase64Floats([mean]),
  factor: writeBase64Floats([1 / spread]),
  offset: 2 * Math.log(spread),
  n: 9,
});
const kindOf = (name, mean) => ({ name, datasets: ['own'], ...about(mean, 0.1) });
const dark = {
  own: [kindOf('dark drawing', 0.25)],
  covers: [],
  thresholds: [
    { falseRefusals: 0.01, score: 20 },
    { falseRefusals: 0.05, score: 0 },
  ],
  use: 0.05,
  n: 6,
  datasets: ['own'],
  split: 'val',
};

const domain = {
  pooling: 'mean-std',
  center: writeBase64Floats([0, 0, 0, 0, 0, 0]),
  projection: writeBase64Floats([1, 0, 0, 0, 0, 0]),
  background: about(0.5, 10),
  known: [kindOf('bright drawing', 0.9)],
};
const withDomains = (id, domains) => {
  const head = fake.heads.find(({ manifest }) => manifest.id === id);
  const encoder = { ...head.encoder, trained: { ...head.encoder.trained, domain } };
  return { ...head, encoder, trained: { ...head.trained, ...(domains && { domains }) } };
};

export default defineConfig({
  ...fake,
  heads: [
    withDomains('shapes', [{ ...dark, labels: ['fetal_head'], scores: [-9, -8, -7, -6, -5, -4] }]),
    withDomains('shade', [dark]),
    withDomains('prompted'),
  ],
});
