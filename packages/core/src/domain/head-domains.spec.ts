import { expect, it } from 'vitest';
import { float32Tensor, writeBase64Floats, type EncoderDomain, type HeadDomain } from '../contract/index.js';
import { testClasses, testMasks } from '../testing/test-heads.js';
import {
  ABROAD,
  AT_HOME,
  kindOf,
  testDomain,
  testDomainEncoder,
  testDomainWith,
  withDomains,
} from '../testing/test-domains.js';
import { digestOfDirections } from './encoder-domains.js';
import { createGaussian, distanceTo } from './gaussian.js';
import { createFindDomains } from './head-domains.js';
import { createJudgeDomain } from './judge-domain.js';
import { createLocateImage } from './locate-image.js';
import { poolEmbedding } from './pool-embedding.js';

/**
 * Two channels of two cells, and all that the program which writes domains makes of them (tools/train,
 * tests/test_domain.py).
 */
const embedding = float32Tensor([1, 2, 1, 2], Float32Array.of(1, 3, 0.5, 0.5));
const ofEncoder: EncoderDomain = {
  pooling: 'mean-std',
  center: 'AACAPwAAAAAAAAA/AAAAAA==',
  projection: 'AAAAQAAAAAAAAAAAAAAAAAAAAAAAAIA/AACAPwAAAAA=',
  background: { mean: 'AAAAAAAAAAA=', factor: 'AACAPs3MzD0AAAA/', offset: 4.2, n: 9 },
  known: [
    { name: 'other', mean: 'AADAQAAAgD8=', factor: 'AACAP83MTD4AAABA', offset: -1.5, n: 5, datasets: ['o'] },
    { name: 'mine too', mean: 'zczMPc3MzD0=', factor: 'AACAPwAAAAAAAIA/', offset: 0, n: 5, datasets: ['m'] },
  ],
};
const ofHead: HeadDomain = {
  own: [{ name: 'mine', mean: 'AAAAAAAAAD8=', factor: 'AACAP5qZmb7NzEw/', offset: 0.25, n: 7, datasets: ['m'] }],
  covers: ['mine too'],
  thresholds: [
    { falseRefusals: 0.01, score: 3 },
    { falseRefusals: 0.05, score: 0.5 },
  ],
  use: 0.05,
  n: 20,
  datasets: ['m'],
  split: 'val',
};

it('computes each step as the program that writes domains', () => {
  expect([...poolEmbedding(embedding)]).toEqual([2, 0.5, 1, 0]);
  const location = createLocateImage(ofEncoder)(embedding);
  expect([...location.z]).toEqual([2, 1]);
  expect(location.background).toBeCloseTo(4.940000004172325, 12);
  expect(location.known.get('other')).toBeCloseTo(15.140000019073486, 12);
  expect(location.known.get('mine too')).toBeCloseTo(4.41999999165535, 12);
  expect(distanceTo(createGaussian(ofHead.own[0]!), location.z)).toBeCloseTo(4.29, 7);
  const { score, ...rest } = createJudgeDomain(ofHead)(location);
  // The program that wrote it had not rounded the head's numbers to float32 yet.
  expect(score).toBeCloseTo(-0.6500000041723251, 7);
  expect(rest).toEqual({ threshold: 0.5, inDomain: true, nearest: 'mine' });
});

it('refuses an embedding of other channels in words', () => {
  const other = float32Tensor([1, 3, 1, 2], new Float32Array(6));
  expect(() => createLocateImage(ofEncoder)(other)).toThrow(
    "The encoder's `domain` is of 2 channels, and its embedding has 3. Take both from one release.",
  );
});

it('takes the threshold that is in use, and the nearest of several of its own', () => {
  const location = createLocateImage(ofEncoder)(embedding);
  const judge = (changes: Partial<HeadDomain>) => createJudgeDomain({ ...ofHead, ...changes })(location);
  expect(judge({ use: 0.01 })).toMatchObject({ threshold: 3, inDomain: true });
  const far = { ...ofHead.own[0]!, name: 'far', offset: 99 };
  expect(judge({ own: [far, ofHead.own[0]!] })).toEqual(judge({}));
  expect(judge({ own: [far] })).toMatchObject({ inDomain: false, nearest: 'other' });
});

it('holds a known kind against an image unless the head covers it', () => {
  const judge = (covers: readonly string[]) =>
    createJudgeDomain({ ...ofHead, covers })(createLocateImage(ofEncoder)(embedding));
  expect(judge([]).score).toBeCloseTo(4.29 - 4.42, 6);
  expect(judge(['mine too', 'other']).score).toBeCloseTo(4.29 - 4.94, 6);
});

it('locates an image once for all heads of its encoder', () => {
  let reads = 0;
  const data = Float32Array.from({ length: 16 }, (_, index) => index);
  const counted = {
    ...float32Tensor([1, 4, 2, 2], data),
    get data() {
      reads += 1;
      return data;
    },
  };
  const heads = [
    withDomains(testClasses, testDomainWith(AT_HOME)),
    withDomains(
      testMasks,
      testDomainWith(AT_HOME, { labels: ['left'] }),
      testDomainWith(ABROAD, { labels: ['right'] }),
    ),
  ];
  const find = createFindDomains(heads);
  const [classes, masks] = heads.map((head) => find(head, counted));
  expect(reads).toBe(1);
  expect(classes?.of()?.inDomain).toBe(true);
  expect(masks?.all.map(({ labels, inDomain }) => [labels, inDomain])).toEqual([
    [['left'], true],
    [['right'], false],
  ]);
  expect(masks?.of('right')?.inDomain).toBe(false);
  expect([masks?.of(), masks?.of('other')]).toEqual([undefined, undefined]);
});

it('holds each head against the domain of its encoder that it was fitted for', () => {
  const shifted: EncoderDomain = { ...testDomain, center: writeBase64Floats([1, 0, 0, 0, 0, 0, 0, 0]) };
  const encoder = { ...testDomainEncoder, trained: { ...testDomainEncoder.trained, furtherDomains: [shifted] } };
  const fittedFor = (domain: EncoderDomain) => {
    const head = withDomains(testClasses, testDomainWith(AT_HOME, { projection: digestOfDirections(domain) }));
    return { ...head, encoder, manifest: { ...head.manifest, id: domain.center } };
  };
  const heads = [fittedFor(testDomain), fittedFor(shifted), { ...withDomains(testMasks, testDomainWith(0)), encoder }];
  const find = createFindDomains(heads);
  const embedding = float32Tensor([1, 4, 2, 2], new Float32Array(16));
  const [usual, further, unnamed] = heads.map((head) => find(head, embedding).all[0]!.score);
  // Its distance to its own, at 0, less that to "an apple", at (50, 50).
  expect(usual).toBeCloseTo(-5000, 6);
  expect(further).toBeCloseTo(1 - (51 ** 2 + 50 ** 2), 6);
  expect(unnamed).toBe(usual); // a file of before, which names no directions
});

it('says nothing for a head without domains', () => {
  const found = createFindDomains([testClasses])(testClasses, float32Tensor([1, 4, 2, 2]));
  expect(found.all).toEqual([]);
  expect(found.of()).toBeUndefined();
});

it('takes far less than a millisecond at the size of the shipped encoder', () => {
  const [channels, depth] = [256, 45];
  const write = (length: number) => Buffer.from(new Float32Array(length).fill(0.01).buffer).toString('base64');
  const round = { mean: write(depth), factor: write((depth * (depth + 1)) / 2), offset: 0, n: 9 };
  const kinds = Array.from({ length: 12 }, (_, index) => ({ ...kindOf(`kind ${index}`, [0, 0]), ...round }));
  const locate = createLocateImage({
    ...ofEncoder,
    center: write(2 * channels),
    projection: write(depth * 2 * channels),
    background: round,
    known: kinds,
  });
  const judge = createJudgeDomain({ ...ofHead, own: kinds.slice(0, 4), covers: [] });
  const large = float32Tensor([1, channels, 16, 16], new Float32Array(channels * 256).fill(0.5));
  const started = performance.now();
  for (let run = 0; run < 100; run += 1) judge(locate(large));
  // About 0.1 ms where nothing else runs; the bound is wide because other tests do.
  expect((performance.now() - started) / 100).toBeLessThan(5);
});
