import { describe, expect, it } from 'vitest';
import { testDomain, testDomainWith } from '../../testing/test-domains.js';
import { testClasses, testEncoder, testMasks } from '../../testing/test-heads.js';
import { readBase64Floats, writeBase64Floats } from './schema/base64-floats.js';
import { parseTrainedEncoder, parseTrainedModel } from './parse-model.js';

const LOCATION = new URL('file:///models/model.json');
const head =
  (...domains: readonly unknown[]) =>
  () =>
    parseTrainedModel({ ...testMasks.trained, domains }, LOCATION);
const encoder = (changes: object) => () =>
  parseTrainedEncoder({ ...testEncoder.trained, domain: { ...testDomain, ...changes } }, LOCATION);
const withFurther = (changes: object) => () =>
  parseTrainedEncoder({ ...testEncoder.trained, furtherDomains: [testDomain], ...changes }, LOCATION);
const domain = testDomainWith(0);
const [own] = domain.own;

it('floats come back from base64 as they were, little endian', () => {
  expect([...readBase64Floats('AACAPwAAAAAAAAA/AAAAAA==')!]).toEqual([1, 0, 0.5, 0]);
  expect([...readBase64Floats(writeBase64Floats([1.5, -2]))!]).toEqual([1.5, -2]);
  expect([readBase64Floats('AACA'), readBase64Floats('no base64!')]).toEqual([undefined, undefined]);
});

describe('domains in a model file', () => {
  // Compared each with each they took minutes, and messages had all of them.
  it('may be about many labels, and know many kinds', () => {
    const labels = Array.from({ length: 100_000 }, (_, index) => `label ${index}`);
    const of = { ...testMasks.trained, labels, presenceThresholds: {} };
    const parse = (last: string) => () =>
      parseTrainedModel({ ...of, domains: [{ ...domain, labels: [...labels, last] }] }, LOCATION);
    expect(parse('other')).toThrow(/domains\.0\.labels: "other" is not one of the labels label 0, .{0,1000}…/);
    expect(parse('label 7')).toThrow('"label 7" has a domain already');
    const known = labels.slice(0, 30_000).map((name) => ({ ...testDomain.known[0]!, name }));
    expect(encoder({ known })().domain!.known).toHaveLength(30_000);
  }, 10_000);

  it('may hold the scores of held-out images, ascending and as many as n', () => {
    const scores = [-3, -1, 0, 0, 0, 1, 2, 3, 4];
    expect(head({ ...domain, scores })().domains).toEqual([{ ...domain, scores }]);
    expect(head({ ...domain, scores: scores.slice(1) })).toThrow('has 8 numbers; expected n, 9');
    expect(head({ ...domain, scores: scores.toReversed() })).toThrow('expected them in ascending order');
  });

  it('are taken where they fit', () => {
    expect(encoder({})().domain).toEqual(testDomain);
    expect(withFurther({ domain: testDomain })().furtherDomains).toEqual([testDomain]);
    expect(withFurther({})).toThrow('furtherDomains: needs the usual one, `domain`');
    expect(withFurther({ domain: testDomain, furtherDomains: [{ ...testDomain, pooling: 'max' }] })).toThrow(
      'furtherDomains.0.pooling: ',
    );
    const byLabel = [testDomainWith(0, { labels: ['left'] }), testDomainWith(0, { labels: ['right'] })];
    expect(head(...byLabel)().domains).toEqual(byLabel);
    expect(parseTrainedModel(testClasses.trained, LOCATION)).not.toHaveProperty('domains');
  });

  it.each<[() => unknown, string]>([
    [encoder({ pooling: 'max' }), 'domain.pooling: '],
    [
      encoder({ center: writeBase64Floats([1, 2, 3]) }),
      'domain.center: has 3 numbers; expected a mean and a deviation',
    ],
    [encoder({ projection: writeBase64Floats([1, 2, 3]) }), 'domain.projection: has 3 numbers; expected rows of 8'],
    [
      encoder({ background: { ...testDomain.background, mean: 'AACAPw==' } }),
      'domain.background.mean: has 1 numbers; expected 2',
    ],
    [
      encoder({ background: { ...testDomain.background, factor: 'AACAPw==' } }),
      'background.factor: has 1 numbers; expected 3',
    ],
    [encoder({ background: { ...testDomain.background, mean: '' } }), 'background.mean: expected at least one number'],
    [encoder({ known: [testDomain.known[0], testDomain.known[0]] }), 'domain.known.1.name: stands here twice'],
    [encoder({ knwon: [] }), 'domain.knwon: there is no field "knwon". Did you mean "known"?'],
    [head(), 'domains: '],
    [head({ ...domain, own: [] }), 'domains.0.own: '],
    [
      head({ ...domain, own: [{ ...own, name: 'film\u001B[2J' }] }),
      'own.0.name: holds a line break or a control character',
    ],
    [head({ ...domain, own: [{ ...own, name: 'film\u202Egnp' }] }), 'own.0.name: holds a line break'],
    [
      () => parseTrainedModel({ ...testMasks.trained, labels: ['left\n', 'right'] }, LOCATION),
      'labels.0: holds a line break or a control character; write it in one line',
    ],
    [
      head({ ...domain, own: [{ ...own, mean: writeBase64Floats([NaN, 0]) }] }),
      'own.0.mean: holds a number that is not finite',
    ],
    [head({ ...domain, own: [{ ...own, mean: 'AACAPwA' }] }), 'own.0.mean: expected base64 of float32 numbers'],
    [head({ ...domain, own: [own, { ...own, mean: 'AACAPw==' }] }), 'domains.0.own.1.mean: has 1 numbers; expected 2'],
    [head({ ...domain, use: 0.1 }), "domains.0.use: is 0.1, which is none of the thresholds' 0.01, 0.05"],
    [
      head({ ...domain, thresholds: domain.thresholds.toReversed() }),
      'domains.0.thresholds.1: expected more false refusals',
    ],
    [head({ ...domain, labels: ['middle'] }), 'domains.0.labels: "middle" is not one of the labels left, right'],
    [head({ ...domain, labels: ['left', 'left'] }), 'domains.0.labels: "left" has a domain already'],
    [head({ ...domain, labels: ['left'] }, domain), 'domains.1.labels: "left" has a domain already'],
    [
      () => parseTrainedModel({ ...testMasks.trained, domain: testDomain }, LOCATION),
      'domain: there is no field "domain". Did you mean "domains"?',
    ],
  ])('name the path of a fault (%#)', (parse, message) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_MANIFEST' }));
    expect(parse).toThrow(message);
  });
});
