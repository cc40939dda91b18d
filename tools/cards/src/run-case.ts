import {
  bitmapToRle,
  rleArea,
  splitRle,
  type ClassificationAnswer,
  type Domain,
  type HeadDescription,
  type Rle,
  type SegmentationAnswer,
  type Zoo,
} from '@medzoo/core';
import type { Phantom } from '@medzoo/samples';
import { compareMasks, predict } from '@medzoo/cli';
import { drawPair } from './draw-pair.js';
import type { DrawPhantom } from './draw-phantoms.js';
import type { ClassFinding, MaskFinding, PlainClass } from './failures.type.js';
import type { ClassCase, MaskCase, PhantomName, Prompt } from './hard-case.type.js';
import { judgeClass, judgeMask } from './judge.js';
import { promptParams } from './prompt-params.js';

/** A finding but for its picture's name and digest, and the picture: WebP. */
export interface CaseResult<F> {
  readonly finding: F extends unknown ? Omit<F, 'picture' | 'picture_sha256'> : never;
  readonly picture: Uint8Array;
}

/** Who is asked, and where its phantoms come from. */
export interface Asked {
  readonly zoo: Zoo;
  readonly head: HeadDescription;
  readonly draw: DrawPhantom;
}

/** Asks a segmentation head about a hard phantom, and about the plain one beside it. */
export async function runMaskCase(
  asked: Asked,
  { id, phantom: name, shows, target, prompt, plain }: MaskCase,
): Promise<CaseResult<MaskFinding>> {
  const { truth, params, found, overlap, alsoFound } = await askForMask(asked, name, target, prompt);
  const easier = plain && (await askForMask(asked, plain.phantom, target, plain.prompt));
  const { phantom, image } = await asked.draw(name);
  const measured = {
    dice: round(overlap.dice),
    also_found: alsoFound,
    plain: plain && easier ? { words: plain.words, dice: round(easier.overlap.dice) } : null,
    refused_as: refusedAs(found.domain),
  };
  return {
    finding: {
      task: 'segmentation',
      id,
      shows,
      target,
      ...measured,
      called_absent: overlap.isFoundEmpty,
      presence: round(found.presence),
      regions: splitRle(found.rle).length,
      // A prompt means one of them, or none in particular.
      objects: prompt === undefined ? (phantom.objects?.[target] ?? null) : null,
      outcome: judgeMask(measured),
    },
    picture: await drawPair(image, phantom.size, { mask: truth, params }, { mask: found.rle, params }),
  };
}

async function askForMask({ zoo, head, draw }: Asked, name: PhantomName, target: string, prompt?: Prompt) {
  const { phantom, image } = await draw(name);
  const whole = truthOf(phantom, target);
  if (whole === undefined) throw new Error(`The phantom ${name} has no truth for ${target}.`);
  const { truth, params } = prompt ? promptParams(whole, prompt) : { truth: whole, params: {} };
  const answer = (await predict(zoo, head, image, params)).answer as SegmentationAnswer;
  const found = answer.masks.find(({ label }) => label === target) ?? answer.masks[0]!;
  const others = answer.masks.filter(
    (mask) => mask !== found && rleArea(mask.rle) > 0 && mask.domain?.inDomain !== false,
  );
  return { truth, params, found, overlap: compareMasks(found.rle, truth), alsoFound: others.map(({ label }) => label) };
}

/** Asks a classification head about a hard phantom, and about the plain one beside it. */
export async function runClassCase(
  asked: Asked,
  { id, phantom: name, shows, drawn: truth, isOtherKind = false, outlined, plain }: ClassCase,
): Promise<CaseResult<ClassFinding>> {
  const { phantom, image } = await asked.draw(name);
  const answer = await askForClass(asked, name);
  const { plausible, label } = answer;
  const measured = {
    drawn: truth,
    own_kind: truth !== null && !isOtherKind,
    label,
    plausible: plausible ? { labels: plausible.labels, error_rate: plausible.errorRate } : null,
    refused_as: refusedAs(answer.domain),
  };
  return {
    finding: {
      task: 'classification',
      id,
      shows,
      ...measured,
      probability: round(probabilityOf(answer, label)),
      drawn_probability: truth === null ? null : round(probabilityOf(answer, truth)),
      plain: plain ? await askForPlainClass(asked, plain) : null,
      outcome: judgeClass(measured),
    },
    picture: await drawPair(
      image,
      phantom.size,
      { mask: outlined === undefined ? undefined : truthOf(phantom, outlined) },
      { heatMap: answer.heatMap },
    ),
  };
}

async function askForPlainClass(
  asked: Asked,
  { phantom, words, drawn: truth }: NonNullable<ClassCase['plain']>,
): Promise<PlainClass> {
  const answer = await askForClass(asked, phantom);
  return { words, drawn: truth, label: answer.label, drawn_probability: round(probabilityOf(answer, truth)) };
}

async function askForClass({ zoo, head, draw }: Asked, name: PhantomName): Promise<ClassificationAnswer> {
  return (await predict(zoo, head, (await draw(name)).image)).answer as ClassificationAnswer;
}

function refusedAs(domain: Domain | undefined): string | null {
  return domain?.inDomain === false ? domain.nearest : null;
}

function probabilityOf({ scores }: ClassificationAnswer, label: string): number {
  const score = scores.find((one) => one.label === label);
  if (score === undefined) throw new Error(`The head has no label ${label}.`);
  return score.probability;
}

function truthOf({ size, masks }: Phantom, label: string): Rle | undefined {
  const mask = masks[label];
  return mask && bitmapToRle(mask, size);
}

/** Three decimals: what is beyond differs from one processor to the next. */
function round(value: number): number {
  return Number(value.toFixed(3));
}
