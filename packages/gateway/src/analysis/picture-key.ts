import { createHash } from 'node:crypto';
import { checkParams, imageKey, type HeadDescription } from '@medzoo/core';
import { packageVersion } from '../package-version.js';
import type { GivenParams, LinkOptions } from './links.js';

/** All that the pictures of one answer depend on. */
export interface PictureSource extends LinkOptions {
  readonly imageId: string;
  readonly head: HeadDescription;
  /** Checked before: those left out count as their defaults. */
  readonly params: GivenParams;
}

const modelKeys = new WeakMap<HeadDescription, string>();

/**
 * Names the pictures of an answer: the same key, the same pixels. What is known of head and encoder is part of it in
 * full, since version, thresholds, calibration, labels and preprocessing change an answer as much as weights do.
 */
export function pictureKey({ imageId, head, params, view = {}, outOfDomain = 'refuse' }: PictureSource): string {
  const checked = checkParams(head.manifest.params, params, head.trained.labels);
  return digestOf([modelKeyOf(head), imageKey(imageId, view), outOfDomain, checked]);
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
