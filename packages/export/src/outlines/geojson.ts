import { measureMask, rleToPolygons } from '@medzoo/core';
import type { PixelSize, Point } from '@medzoo/core/contract';
import { takeHead, type Answered } from '../answered.js';
import { maskKindOf } from '../image-kind.js';
import { invalidParam } from '../refuse.js';

/** What one head said about one image, for formats without a patient. */
export interface NamedAnswer extends Answered {
  /** What the image is called in the file; the SHA-256 of its bytes if left out. */
  readonly image?: string;
  /** From 0, for images of several. */
  readonly frame?: number;
  readonly pixelSize?: PixelSize;
}

export interface GeoJsonOptions {
  /** How many pixels an outline may lie off the mask's; 0 (exact) if left out. */
  readonly tolerance?: number;
}

/** Positions of a ring; the last is the first again. */
type Ring = readonly (readonly [x: number, y: number])[];

export interface MaskFeature {
  readonly type: 'Feature';
  /** Exterior first, then holes. Null if the mask is empty. */
  readonly geometry: { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] } | null;
  readonly properties: Readonly<Record<string, string | number | boolean | object | null>>;
}

export interface MaskFeatures {
  readonly type: 'FeatureCollection';
  readonly features: readonly MaskFeature[];
}

/**
 * The masks as a GeoJSON FeatureCollection, a feature for each, in pixels along pixel edges: 0,0 is the image's corner
 * and y grows down, which each feature's properties say, since RFC 7946 knows places on earth only. Rings are closed
 * and wound as it asks, holes are inner rings. QuPath reads it: `objectType` and `classification` are its words.
 */
export function toGeoJson(answers: readonly NamedAnswer[], { tolerance = 0 }: GeoJsonOptions = {}): MaskFeatures {
  if (!(tolerance >= 0 && tolerance <= 100)) throw invalidParam(`tolerance must be 0 to 100 pixels; got ${tolerance}.`);
  takeHead(answers);
  return { type: 'FeatureCollection', features: answers.flatMap((answer) => toFeatures(answer, tolerance)) };
}

function toFeatures({ value, provenance, image, frame, pixelSize }: NamedAnswer, tolerance: number): MaskFeature[] {
  const { head, headPrecision } = provenance;
  return value.masks.map((mask): MaskFeature => {
    const polygons = rleToPolygons(mask.rle, { tolerance });
    const coordinates = polygons.map(({ exterior, holes }) => [exterior, ...holes].map(closeRing));
    return {
      type: 'Feature',
      geometry: coordinates.length === 0 ? null : { type: 'MultiPolygon', coordinates },
      properties: {
        label: mask.label,
        image: image ?? provenance.image.sha256,
        frame: frame ?? null,
        imageWidth: mask.rle.size.width,
        imageHeight: mask.rle.size.height,
        unit: 'px',
        origin: 'top left corner of the image',
        yAxis: 'down',
        presence: mask.presence,
        quality: mask.quality,
        threshold: mask.threshold,
        ...maskKindOf(mask),
        area: mask.area,
        areaMm2: pixelSize ? measureMask(mask.rle, pixelSize).area : null,
        pixelSizeMm: pixelSize ?? null,
        head: head.id,
        headVersion: head.version,
        weightsSha256: head.sha256,
        weightsPrecision: headPrecision,
        objectType: 'annotation',
        classification: { name: mask.label },
      },
    };
  });
}

function closeRing(points: readonly Point[]): Ring {
  return [...points, points[0]!].map(({ x, y }) => [x, y] as const);
}
