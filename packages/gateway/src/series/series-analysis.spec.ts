import { type Answer, type Domain, type Outcome, ZooError } from '@medzoo/core';
import { expect, it } from 'vitest';
import type { StoredImage } from '../images/stored-image.js';
import { type AskFrame, SeriesAnalysis } from './series-analysis.js';
import { toFrameSeries } from './stored-series.js';

const image: StoredImage = {
  ...{ id: 'a'.repeat(64), width: 4, height: 3, bytes: 9 },
  ...{ format: 'dicom', frames: 3, frame: 0 },
};
const series = toFrameSeries(image)!;
const never: AskFrame = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

it('says that it was cancelled, and that what it has is kept', async () => {
  const analysis = new SeriesAnalysis('id', series, never);
  analysis.cancel();
  await analysis.ended;
  expect([analysis.state, analysis.error?.message]).toEqual([
    'cancelled',
    expect.stringMatching(/was cancelled\. Start it again: what it has is kept/),
  ]);
});

it('has failed with the reason, where the gateway stops it', async () => {
  const analysis = new SeriesAnalysis('id', series, never);
  analysis.stop(new ZooError('BUSY', 'The gateway stopped.'));
  await analysis.ended;
  expect([analysis.state, analysis.error?.message]).toEqual(['failed', 'The gateway stopped.']);
});

it('asks again about frames that failed, and not about those that the head refuses', async () => {
  const domain: Domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
  const refused = { ok: false, error: new ZooError('OUT_OF_DOMAIN', 'No.'), domain } as Outcome<Answer>;
  const failed = { ok: false, error: new ZooError('HEAD_FAILED', 'No.') } as Outcome<Answer>;
  const asked: number[] = [];
  const ask: AskFrame = ({ frame }) => {
    asked.push(frame);
    return Promise.resolve(frame === 1 ? failed : refused);
  };
  const first = new SeriesAnalysis('id', series, ask);
  await first.ended;
  expect([first.failed, first.refused]).toEqual([3, 2]);
  const second = new SeriesAnalysis('id', series, ask, first.outcomes);
  await second.ended;
  expect(asked).toEqual([0, 1, 2, 1]);
  expect([second.done, second.failed, second.refused]).toEqual([3, 3, 2]);
});
