import { findOtherHead, type RanHead } from '../answered.js';
import { imageKindOf } from '../image-kind.js';
import { invalidParam } from '../refuse.js';
import type { NamedAnswer } from '../outlines/geojson.js';

/** One image of a data set and what a head said about it. COCO's readers look images up by name. */
export interface CocoAnswer extends NamedAnswer {
  /** COCO's `file_name`. */
  readonly image: string;
}

export interface CocoOptions {
  /** All labels that may come, in the order of their category ids from 1. */
  readonly labels: readonly string[];
  readonly description?: string;
  /** When it was made; now if left out. */
  readonly now?: Date;
}

/**
 * Writes a whole data set's masks as COCO JSON, piece by piece: only the images' names are kept, so that its size does
 * not matter. Masks are run lengths, exact with holes and parts; an empty one has no annotation, since its image is
 * listed anyway. A label that was not answered, as the image is of another kind, stands in the image's
 * `not_exhaustive_category_ids`, as in LVIS: that nothing is outlined does not mean that nothing is there. Throws
 * INVALID_PARAM for a label that is none of `labels`, for an image that comes twice, and for answers of several heads.
 */
export async function* writeCoco(
  answers: Iterable<CocoAnswer> | AsyncIterable<CocoAnswer>,
  { labels, description = 'Masks made by medzoo', now = new Date() }: CocoOptions,
): AsyncGenerator<string, void, undefined> {
  const categories = new Map(labels.map((label, index) => [label, index + 1]));
  if (categories.size < labels.length) throw invalidParam('A label comes twice in `labels`.');
  const images = new Map<string, CocoImage>();
  let ran: RanHead | undefined;
  let annotations = 0;
  yield '{"annotations":[';
  for await (const answer of answers) {
    ran = checkHead(answer.provenance, ran);
    const image = addImage(answer, images, categories);
    for (const annotation of describeAnnotations(answer, image.id, categories)) {
      annotations += 1;
      yield `${annotations === 1 ? '' : ','}\n${JSON.stringify({ id: annotations, ...annotation })}`;
    }
  }
  yield `],\n"images":${JSON.stringify([...images.values()])},\n`;
  yield `"categories":${JSON.stringify([...categories].map(([name, id]) => ({ id, name, supercategory: '' })))},\n`;
  yield `"licenses":[],\n"info":${JSON.stringify(describeInfo(description, now, ran))}}\n`;
}

interface CocoImage {
  readonly id: number;
  readonly file_name: string;
  readonly width: number;
  readonly height: number;
  readonly not_exhaustive_category_ids?: readonly number[];
}

function checkHead(ran: RanHead, before: RanHead = ran): RanHead {
  const fault = findOtherHead(before, [ran]);
  if (fault === undefined) return before;
  throw invalidParam(fault);
}

function addImage(
  { image, frame, value, provenance }: CocoAnswer,
  images: Map<string, CocoImage>,
  categories: ReadonlyMap<string, number>,
): CocoImage {
  const name = frame === undefined ? image : `${image}#${frame}`;
  if (images.has(name))
    throw invalidParam(`Image ${images.size + 1} has the name of one before it; names must differ.`);
  const { width, height } = value.masks[0]?.rle.size ?? provenance.image;
  // On an image of another kind, a target that is not found may be there all the same.
  const unknown = value.masks.filter(({ area, domain }) => area === 0 && domain?.inDomain === false);
  const ids = unknown.flatMap(({ label }) => categories.get(label) ?? []);
  const added = {
    ...{ id: images.size + 1, file_name: name, width, height },
    ...(ids.length > 0 && { not_exhaustive_category_ids: ids }),
  };
  images.set(name, added);
  return added;
}

function describeAnnotations(
  { value }: CocoAnswer,
  imageId: number,
  categories: ReadonlyMap<string, number>,
): object[] {
  return value.masks.flatMap(({ label, rle, area, boundingBox, presence, quality, domain }) => {
    const category = categories.get(label);
    if (category === undefined) {
      throw invalidParam(`The label ${label} is none of \`labels\` (${[...categories.keys()].join(', ')}).`);
    }
    if (!boundingBox) return [];
    const { inDomain, nearest } = imageKindOf(domain);
    return [
      {
        image_id: imageId,
        category_id: category,
        segmentation: { size: [rle.size.height, rle.size.width], counts: rle.counts },
        area,
        bbox: [boundingBox.x, boundingBox.y, boundingBox.width, boundingBox.height],
        iscrowd: 0,
        score: presence,
        quality,
        in_domain: inDomain,
        nearest,
      },
    ];
  });
}

function describeInfo(description: string, now: Date, ran: RanHead | undefined): object {
  const { head, headPrecision } = ran ?? {};
  return {
    description,
    date_created: now.toISOString(),
    version: head?.version ?? '',
    ...(head && { head: head.id, weights_sha256: head.sha256, weights_precision: headPrecision }),
  };
}
