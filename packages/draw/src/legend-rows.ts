import type { Domain } from '@medzoo/core';
import { formatPercent, INK, noteRow, type LegendRow } from './picture.js';

/** What a reader has to know first of an answer about an image of another kind; nothing for one at home. */
export function warningRows(domain: Domain | undefined): LegendRow[] {
  return domain?.inDomain === false ? [noteRow(`Unsure: not its kind of image, nearest: ${domain.nearest}`)] : [];
}

const BAR = { track: '#2a313d', fill: '#8894a8', strong: '#56b4e9', mark: '#ffffff' };

/** A probability as a bar. */
export interface Bar {
  readonly label: string;
  readonly probability: number;
  /** Whether it stands out among the others. */
  readonly isStrong: boolean;
  /** Marked on the bar, 0..1. */
  readonly threshold?: number;
}

/** A row with a bar for each probability, all of them beginning at one place. */
export function barRows(bars: readonly Bar[]): LegendRow[] {
  return bars.map(({ probability, isStrong, threshold }, index) => ({ fontSize, width, pen }, y) => {
    const bold = { size: fontSize, bold: true, colour: INK.strong };
    const style = isStrong ? bold : { size: fontSize, colour: INK.soft };
    const margin = fontSize * 0.9;
    const labels = bars.map(({ label }) => pen.fit(label, width * 0.4, bold));
    const left = margin + Math.max(...labels.map((text) => pen.widthOf(text, bold))) + fontSize;
    const track = width - left - fontSize * 5;
    const bar = (from: number, length: number, colour: string): string =>
      `<rect x="${left + from}" y="${y - fontSize * 0.35}" width="${length}" height="${fontSize * 0.7}" rx="3" fill="${colour}"/>`;
    return (
      pen.draw(labels[index]!, { x: margin, y: y + fontSize * 0.35 }, style) +
      bar(0, track, BAR.track) +
      bar(0, track * probability, isStrong ? BAR.strong : BAR.fill) +
      (threshold === undefined ? '' : bar(track * threshold - 1, 2, BAR.mark)) +
      pen.draw(formatPercent(probability), { x: left + track + fontSize * 0.6, y: y + fontSize * 0.35 }, style)
    );
  });
}
