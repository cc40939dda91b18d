import type { Domain } from '@medzoo/core';
import { INK, type LegendRow } from './picture.js';

/** A line of small text. */
export function noteRow(text: string): LegendRow {
  return ({ fontSize, width, pen }, y) => {
    const style = { size: fontSize * 0.9, colour: INK.soft };
    return pen.draw(pen.fit(text, width - 2 * fontSize, style), { x: fontSize * 0.9, y: y + fontSize * 0.35 }, style);
  };
}

/** What a reader has to know first of an answer about an image of another kind; nothing for one at home. */
export function warningRows(domain: Domain | undefined): LegendRow[] {
  return domain?.inDomain === false ? [noteRow(`Unsure: not its kind of image, nearest: ${domain.nearest}`)] : [];
}
