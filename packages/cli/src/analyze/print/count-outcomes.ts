import { describeOutOfDomain, kindsOf, type Domain, type HeadDescription } from '@medzoo/core';
import { describeError } from '../../describe-error.js';
import type { AnalyzedPicture, HeadReport } from '../analyze-study.js';
import { masksOf, wholeDomainOf } from '../answers/answer-parts.js';

/** In how many slices a head gave no answer, or one that is unsure, and a sentence about why. */
export interface CountedOutcome {
  readonly head: string;
  readonly what: 'not answered' | 'unsure' | 'failed';
  readonly count: number;
  readonly why: string;
}

/** What a person would not learn from counts of targets and classes: these are of the slices that were answered. */
export function countOutcomes(
  reports: readonly AnalyzedPicture[],
  heads: readonly HeadDescription[],
): readonly CountedOutcome[] {
  const counted = new Map<string, CountedOutcome>();
  for (const report of reports.flatMap((one) => one.heads)) {
    const said = describe(report, heads);
    if (!said) continue;
    const key = JSON.stringify([report.id, said.what]);
    const { count, why } = counted.get(key) ?? { count: 0, why: said.why };
    counted.set(key, { head: report.id, what: said.what, count: count + 1, why });
  }
  return [...counted.values()];
}

/** Undefined for an answer that is at home. Of several slices the first says why. */
function describe(
  { id, outcome }: HeadReport,
  heads: readonly HeadDescription[],
): Pick<CountedOutcome, 'what' | 'why'> | undefined {
  const { trained } = heads.find(({ manifest }) => manifest.id === id)!;
  const sayKind = (domain: Domain, label?: string): string =>
    describeOutOfDomain(label ?? id, domain, kindsOf(trained.domains, label));
  if (!outcome.ok) {
    return outcome.domain
      ? { what: 'not answered', why: sayKind(outcome.domain) }
      : { what: 'failed', why: describeError(outcome.error) };
  }
  const whole = wholeDomainOf(outcome.value);
  if (whole?.inDomain === false) return { what: 'unsure', why: sayKind(whole) };
  const mask = masksOf(outcome.value).find(({ area, domain }) => area > 0 && domain?.inDomain === false);
  return mask && { what: 'unsure', why: sayKind(mask.domain!, mask.label) };
}
