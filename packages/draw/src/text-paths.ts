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

/** A line of text. */
interface Line {
  /** In em. */
  readonly width: number;
  /** SVG path data in thousandths of an em, the baseline beginning at 0, 0; made when it is first drawn. */
  path: string | undefined;
}

/** What an em is divided into in kept paths, so that they have whole numbers. */
const UNITS = 1000;
/** Lines that are kept: pictures of one job have much the same words. */
const KEPT = 1000;

async function createPen(): Promise<TextPen> {
  const [regular, bold] = await Promise.all([readFont(400), readFont(700)]);
  const kept = new Map<string, Line>();
  const fontOf = (style: Pick<TextStyle, 'bold'>): Font => (style.bold ? bold : regular);
  const lineOf = (text: string, style: Pick<TextStyle, 'bold'>): Line => {
    const key = `${style.bold ? 'bold' : 'regular'} ${text}`;
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= KEPT) kept.clear();
    const line = { width: fontOf(style).getAdvanceWidth(text, 1), path: undefined };
    kept.set(key, line);
    return line;
  };
  const widthOf: TextPen['widthOf'] = (text, style) => style.size * lineOf(text, style).width;
  return {
    widthOf,
    draw(text, { x, y }, style) {
      const line = lineOf(text, style);
      line.path ??= outline(fontOf(style), text);
      const place = `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${(style.size / UNITS).toFixed(5)})`;
      return `<path d="${line.path}" fill="${style.colour}" transform="${place}"/>`;
    },
    fit(text, width, style) {
      if (widthOf(text, style) <= width) return text;
      const cut = (length: number): string => `${text.slice(0, length)}…`;
      let [fits, exceeds] = [0, text.length];
      while (exceeds - fits > 1) {
        const length = Math.floor((fits + exceeds) / 2);
        if (fontOf(style).getAdvanceWidth(cut(length), style.size) <= width) fits = length;
        else exceeds = length;
      }
      return cut(fits);
    },
  };
}

/** SVG path data of a line at 0, 0; opentype.js's own writer rounds some numbers to NaN, and the path ends there. */
function outline(font: Font, text: string): string {
  const { commands } = font.getPath(text, 0, 0, UNITS);
  const steps = commands.map((step) => {
    const numbers = [step.x1, step.y1, step.x2, step.y2, step.x, step.y].filter((value) => value !== undefined);
    return step.type + numbers.map(Math.round).join(' ');
  });
  return steps.join('');
}

async function readFont(weight: 400 | 700): Promise<Font> {
  const name = `@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-${weight}-normal.woff`;
  const bytes = await readFile(createRequire(import.meta.url).resolve(name));
  return parse(Uint8Array.from(bytes).buffer);
}
