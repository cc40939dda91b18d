import { resizeBilinear, rleToPolygons, type HeatMap, type Polygon, type Rle, type Size } from '@medzoo/core';
import sharp from 'sharp';

/** Okabe and Ito's orange and sky blue: apart for all kinds of colour vision, on grey and on red. */
const COLOURS = { truth: '#e69f00', answer: '#56b4e9', prompt: '#f0e442' } as const;

const LONGEST = 288;
const GAP = 6;
const QUALITY = 74;

/** What is drawn over one of the two views of a phantom. */
export interface Layer {
  readonly mask?: Rle | undefined;
  readonly heatMap?: HeatMap | undefined;
  /** A prompt: a box or points, in the image's pixels. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A WebP of the image twice: with the truth in orange on the left, with the answer in blue, or the heat map, on the
 * right.
 */
export async function drawPair(image: Uint8Array, size: Size, truth: Layer, answer: Layer): Promise<Uint8Array> {
  const scale = LONGEST / Math.max(size.width, size.height);
  const panel = { width: Math.round(size.width * scale), height: Math.round(size.height * scale) };
  const base = await sharp(image)
    .resize({ ...panel, fit: 'fill' })
    .toColourspace('srgb')
    .removeAlpha()
    .png()
    .toBuffer();
  const views = await Promise.all(
    [
      { layer: truth, colour: COLOURS.truth },
      { layer: answer, colour: COLOURS.answer },
    ].map(({ layer, colour }) => drawView(base, panel, scale, layer, colour)),
  );
  const right = panel.width + GAP;
  return sharp({
    create: { width: right + panel.width, height: panel.height, channels: 3, background: '#ffffff' },
  })
    .composite(views.map((input, index) => ({ input, left: index * right, top: 0 })))
    .webp({ quality: QUALITY, effort: 6 })
    .toBuffer();
}

async function drawView(base: Uint8Array, panel: Size, scale: number, layer: Layer, colour: string): Promise<Buffer> {
  const { mask, heatMap, params = {} } = layer;
  const outline = mask ? outlineOf(rleToPolygons(mask, { tolerance: 0.5 }), scale) : '';
  const shapes = [
    // A dark line under the coloured one keeps it visible on any ground.
    `<path d="${outline}" fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="2.6"/>`,
    `<path d="${outline}" fill="none" stroke="${colour}" stroke-width="1.3"/>`,
    drawPrompt(params, scale),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${panel.width}" height="${panel.height}">${shapes.join('')}</svg>`;
  const heat = heatMap ? [{ input: paintHeat(heatMap, panel), raw: { ...panel, channels: 4 as const } }] : [];
  return sharp(base)
    .composite([...heat, { input: Buffer.from(svg) }])
    .png()
    .toBuffer();
}

function outlineOf(polygons: readonly Polygon[], scale: number): string {
  const rings = polygons.flatMap(({ exterior, holes }) => [exterior, ...holes]);
  const format = (value: number): string => (value * scale).toFixed(1);
  return rings.map((ring) => `M${ring.map(({ x, y }) => `${format(x)} ${format(y)}`).join('L')}Z`).join('');
}

function drawPrompt({ box, points = [] }: Readonly<Record<string, unknown>>, scale: number): string {
  const dots = (points as { readonly x: number; readonly y: number }[]).map(
    ({ x, y }) => `<circle cx="${x * scale}" cy="${y * scale}" r="3" fill="${COLOURS.prompt}" stroke="#000"/>`,
  );
  const { x, y, width, height } = (box ?? {}) as { x?: number; y: number; width: number; height: number };
  if (x === undefined) return dots.join('');
  const place = `x="${x * scale}" y="${y * scale}" width="${width * scale}" height="${height * scale}"`;
  return `${dots.join('')}<rect ${place} fill="none" stroke="${COLOURS.prompt}" stroke-width="1.2" stroke-dasharray="4 3"/>`;
}

/** uint8 RGBA: the map in orange, stretched from its least, which is clear, to its most. */
function paintHeat({ size, values }: HeatMap, panel: Size): Buffer {
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  const heat = resizeBilinear(values, size, panel);
  const pixels = Buffer.alloc(heat.length * 4);
  heat.forEach((value, pixel) => {
    const warmth = most > least ? (value - least) / (most - least) : 0;
    pixels.set([255, 140, 0, Math.round(150 * Math.min(1, Math.max(0, warmth)))], pixel * 4);
  });
  return pixels;
}
