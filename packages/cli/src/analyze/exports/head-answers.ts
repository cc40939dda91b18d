import type { Answer, Outcome, SegmentationAnswer } from '@medzoo/core';
import type { AnalyzedPicture, HeadReport, PictureReport } from '../analyze-study.js';

/** What one head answered about one picture of a study. */
export interface HeadAnswer<A extends Answer = Answer> {
  readonly report: AnalyzedPicture;
  readonly head: HeadReport;
  readonly outcome: Extract<Outcome<A>, { readonly ok: true }>;
}

/** The answers of a study by head, without the pictures and heads that failed. */
export function answersByHead(reports: readonly PictureReport[]): Map<string, HeadAnswer[]> {
  const byHead = new Map<string, HeadAnswer[]>();
  for (const report of reports) {
    if (!('heads' in report)) continue;
    for (const head of report.heads) {
      const { id, outcome } = head;
      if (outcome.ok) byHead.set(id, [...(byHead.get(id) ?? []), { report, head, outcome }]);
    }
  }
  return byHead;
}

export function isSegmentation(answers: readonly HeadAnswer[]): answers is readonly HeadAnswer<SegmentationAnswer>[] {
  return answers.every(({ outcome }) => outcome.value.task === 'segmentation');
}

/** What a picture is called in tables and data sets, and which of a file with several it is. */
export function nameOf({ file, image }: Pick<AnalyzedPicture, 'file' | 'image'>): {
  readonly image: string;
  readonly frame?: number;
} {
  const { frame, frames } = image.view;
  return { image: file, ...(frames > 1 && { frame }) };
}
