import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
// By its file: Node takes the package for CommonJS, bundlers for an ES module without a default export.
import { parse, type Font } from 'opentype.js/dist/opentype.mjs';

/** Draws text as SVG paths: a bare machine has no fonts, and then text elements draw nothing. */
export interface TextPen {
  /** An SVG path of a line of text whose baseline begins at x, y. */
  draw(text: string, at: { readonly x: number; readonly y: number }, style: TextStyle): string;
  widthOf(text: string, style: Pick<TextStyle, 'size' | 'bold'>): number;
  /** The text, cut short with an ellipsis where it is wider than `width`. */
  fit(text: string, width: number, style: Pick<TextStyle, 'size' | 'bold'>): string;
}

export interface TextStyle {
  /** Pixels per em. */
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
}

let pen: Promise<TextPen> | undefined;

/** The pen, its font read on first use (30 KB). */
export function textPen(): Promise<TextPen> {
  return (pen ??= createPen().catch((error: unknown) => {
    pen = undefined; // the next picture tries again
    throw error;
  }));
}

async function createPen(): Promise<TextPen> {
  const [regular, bold] = await Promise.all([readFont(400), readFont(700)]);
  const fontOf = (style: Pick<TextStyle, 'bold'>): Font => (style.bold ? bold : regular);
  const widthOf: TextPen['widthOf'] = (text, style) => fontOf(style).getAdvanceWidth(text, style.size);
  return {
    widthOf,
    draw: (text, { x, y }, style) =>
      `<path d="${outline(fontOf(style), text, x, y, style.size)}" fill="${style.colour}"/>`,
    fit(text, width, style) {
      if (widthOf(text, style) <= width) return text;
      let length = text.length - 1;
      while (length > 0 && widthOf(`${text.slice(0, length)}…`, style) > width) length -= 1;
      return `${text.slice(0, length)}…`;
    },
  };
}

/** SVG path data; opentype.js's own writer rounds some numbers to NaN, and the path ends there. */
function outline(font: Font, text: string, x: number, baseline: number, size: number): string {
  const { commands } = font.getPath(text, x, baseline, size);
  const steps = commands.map((step) => {
    const numbers = [step.x1, step.y1, step.x2, step.y2, step.x, step.y].filter((value) => value !== undefined);
    return step.type + numbers.map((value) => value.toFixed(2)).join(' ');
  });
  return steps.join('');
}

async function readFont(weight: 400 | 700): Promise<Font> {
  const name = `@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-${weight}-normal.woff`;
  const bytes = await readFile(createRequire(import.meta.url).resolve(name));
  return parse(Uint8Array.from(bytes).buffer);
}
