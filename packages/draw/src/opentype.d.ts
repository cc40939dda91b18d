// What is used of opentype.js. Its own types pull in those of the DOM, which would hide mistakes in a program without
// one.
declare module 'opentype.js/dist/opentype.mjs' {
  /** One step of an outline: x, y is its end, x1, y1 and x2, y2 its control points. */
  interface PathCommand {
    readonly type: 'M' | 'L' | 'Q' | 'C' | 'Z';
    readonly x1?: number;
    readonly y1?: number;
    readonly x2?: number;
    readonly y2?: number;
    readonly x?: number;
    readonly y?: number;
  }
  interface Font {
    getPath(text: string, x: number, baseline: number, fontSize: number): { readonly commands: readonly PathCommand[] };
    getAdvanceWidth(text: string, fontSize: number): number;
  }
  function parse(font: ArrayBuffer): Font;
}
