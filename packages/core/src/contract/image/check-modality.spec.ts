import { expect, it } from 'vitest';
import { describeModalityMismatch } from './check-modality.js';

const head = (...modalities: string[]) => ({ id: 'lungs', modalities });

it.each([
  ['CT', head('MR'), /modality CT, and the head "lungs" was trained on MR/],
  ['US', head('DX', 'MR'), /trained on DX, MR/],
  ['CR', head('DX'), undefined],
  ['GM', head('SM'), undefined],
  ['MR', head('MR'), undefined],
  ['OT', head('MR'), undefined],
  [null, head('MR'), undefined],
  ['CT', head(), undefined],
] as const)('a file of %s for %j', (modality, manifest, message) => {
  const said = describeModalityMismatch(manifest, modality);
  if (message === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(message);
});
