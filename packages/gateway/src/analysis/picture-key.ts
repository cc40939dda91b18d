import { createHash } from 'node:crypto';
import { checkParams, type HeadDescription, type ImageView } from '@medzoo/core';
import { packageVersion } from '../package-version.js';
import type { GivenParams } from './links.js';

/** All that the pictures of one answer depend on. */
export interface PictureSource {
  readonly imageId: string;
  readonly head: HeadDescription;
  /** Checked before: those left out count as their defaults. */
  readonly params: GivenParams;
  /** The frame and window that were asked for. */
  readonly view?: ImageView | undefined;
}

const modelKeys = new WeakMap<HeadDescription, string>();

/**
 * Names the pictures of an answer: the same key, the same pixels. What is known of head and encoder is part of it in full, since version,
 * thresholds, calibration, labels and preprocessing change an answer as much as weights do.
 */
export function pictureKey({ imageId, head, params, view = {} }: PictureSource): string {
  const checked = checkParams(head.manifest.params, params, head.trained.labels);
  return digestOf([modelKeyOf(head), imageId, view.frame ?? null, view.window ?? null, checked]);
}

function modelKeyOf(head: HeadDescription): string {
  let key = modelKeys.get(head);
  if (key === undefined) {
    const { manifest, trained, encoder } = head;
    key = digestOf([packageVersion, manifest, trained, encoder.id, encoder.trained]);
    modelKeys.set(head, key);
  }
  return key;
}

function digestOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}
