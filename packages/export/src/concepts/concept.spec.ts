import { describe, expect, it } from 'vitest';
import { CONCEPTS } from '../../test/answers.js';
import { checkConcepts, findLabelsWithoutConcept, takeConcept, type LabelConcept } from './concept.js';

describe('concepts', () => {
  it('tell which labels have none, each once', () => {
    expect(findLabelsWithoutConcept(['wound', 'lungs', 'wound', 'toString'], CONCEPTS)).toEqual(['wound', 'toString']);
    expect(findLabelsWithoutConcept(['lungs'])).toEqual(['lungs']);
    expect(() => checkConcepts(['lungs', 'polyp'], CONCEPTS)).not.toThrow();
  });

  it('are refused by the name of every label that has none, with what to do', () => {
    expect(() => checkConcepts(['lungs', 'wound', 'nuclei'], CONCEPTS)).toThrow(
      expect.objectContaining({
        code: 'INVALID_MANIFEST',
        message: expect.stringMatching(/wound, nuclei has none.*model\.json/) as string,
        details: { labels: ['wound', 'nuclei'] },
      }) as Error,
    );
  });

  it.each<[string, Partial<Record<keyof LabelConcept, unknown>>]>([
    ['category.value', { category: { value: '', scheme: 'SCT', meaning: 'x' } }],
    ['type.meaning', { type: { value: '1', scheme: 'SCT', meaning: 'x'.repeat(65) } }],
    ['anatomy.scheme', { anatomy: { value: '1', scheme: 'A\\B', meaning: 'x' } }],
    ['type.value', { type: undefined }],
    ['typeModifiers[0].meaning', { typeModifiers: [{ value: '1', scheme: 'SCT' }] }],
  ])('are checked: %s', (path, change) => {
    const concepts = { polyp: { ...CONCEPTS.polyp, ...change } as LabelConcept };
    expect(() => takeConcept('polyp', concepts)).toThrow(`concepts.polyp.${path}`);
  });
});
