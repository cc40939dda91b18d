import type { Multilabel, MultilabelAnswer } from '../contract/index.js';
import { showValue } from '../contract/text/show-value.js';
import { findLabelFault, findMissingLabel, isProbability, isRecord, listOf } from './find-faults.js';
import type { AnswerContext, TaskRules } from './task-rules.js';

export const multilabel: TaskRules<'multilabel'> = {
  findFault: findScoreFault,
  refusesImages: true,
  toAnswer: toMultilabelAnswer,
};

function findScoreFault(result: Partial<Multilabel> | undefined, labels: readonly string[]): string | undefined {
  const scores = listOf(result?.scores);
  if (!scores) return 'it has no list of scores';
  for (const [index, score] of scores.entries()) {
    const at = `scores[${index}]`;
    if (!isRecord(score)) return `${at} is ${showValue(score)}, which is no score`;
    const fault = findLabelFault(`${at}.label`, score.label, labels, scores.slice(0, index));
    if (fault !== undefined) return fault;
    for (const name of ['probability', 'threshold'] as const) {
      if (!isProbability(score[name])) return `${at}.${name} is ${showValue(score[name])}, which is not from 0 to 1`;
    }
  }
  return findMissingLabel('scores', scores, labels);
}

function toMultilabelAnswer({ scores }: Multilabel, { domains }: AnswerContext): Promise<MultilabelAnswer> {
  const domain = domains.of();
  const sorted = scores
    .map(({ label, probability, threshold }) => ({ label, probability, threshold }))
    .toSorted((a, b) => b.probability - a.probability);
  return Promise.resolve({
    task: 'multilabel',
    labels: sorted.filter(({ probability, threshold }) => probability >= threshold).map(({ label }) => label),
    scores: sorted,
    ...(domain && { domain }),
  });
}
