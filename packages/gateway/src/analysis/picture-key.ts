import { createHash } from 'node:crypto';
import { checkParams, imageKey, type HeadDescription, type ZooRuntime } from '@medzoo/core';
import { packageVersion } from '../package-version.js';
import type { GivenParams, LinkOptions } from './links.js';

/** All that the pictures of one answer depend on. */
export interface PictureSource extends LinkOptions {
  readonly imageId: string;
  readonly head: HeadDescription;
  /** Checked before: those left out count as their defaults. */
  readonly params: GivenParams;
  /** As `openFilesOf` tells. */
  readonly openFiles?: readonly string[] | undefined;
}

const modelKeys = new WeakMap<HeadDescription, string>();

/**
 * Names the pictures of an answer: the same key, the same pixels. What is known of head and encoder is part of it in
 * full, since version, thresholds, calibration, labels and preprocessing change an answer as much as weights do.
 */
export function pictureKey({
  imageId,
  head,
  params,
  view = {},
  outOfDomain = 'refuse',
  openFiles = [],
}: PictureSource): string {
  const checked = checkParams(head.manifest.params, params, head.trained.labels);
  return digestOf([modelKeyOf(head), imageKey(imageId, view), outOfDomain, checked, openFiles]);
}

/**
 * Digests of the files that a head and its encoder have open, of each that has several: a browser that has the picture
 * of one precision asks again once another runs. Undefined where one of the two has none open: which will run nobody
 * knows, and it may be another than before the gateway was restarted.
 */
export function openFilesOf(
  { manifest, encoder, trained }: HeadDescription,
  { processes }: ZooRuntime,
): readonly string[] | undefined {
  const several = [...(trained.variants ? [manifest.id] : []), ...(encoder.trained.variants ? [encoder.id] : [])];
  const open = processes.flatMap(({ models }) => models.filter(({ id }) => several.includes(id)));
  if (!several.every((id) => open.some((model) => model.id === id))) return undefined;
  return [...new Set(open.map(({ sha256 }) => sha256))].toSorted();
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
