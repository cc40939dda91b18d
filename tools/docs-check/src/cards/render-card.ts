import type { Failures } from '@medzoo/cards';
import { renderEncoderCard, renderHeadCard, type CardWords } from '@medzoo/cli';
import type { Encoder, Head } from '@medzoo/core/contract';
import { renderFailures } from './render-failures.js';

/** In this repository. */
const WORDS: CardWords = {
  evaluate: 'npm run evaluate',
  presence: 'npm run presence',
  separator: '-- ',
  training: 'Training and export: tools/train.',
  sets: {
    cxr_pneumonia: 'chest films of children',
    cxr_lung: 'chest films, most of them of children',
    hc18_fetal_head: 'ultrasound of fetal heads',
    dsb2018_nuclei: 'microscopy of nuclei',
    fuseg_wound: 'photographs of foot ulcers',
    kvasir_seg: 'colonoscopy with polyps',
    busi_breast_us: 'breast ultrasound',
    brain_mri4: 'brain MRI',
    cxr_lung_jsrt: 'chest films of adults, from Japan',
    cxr_normal_jsrt: 'normal chest films of adults, from Japan',
    fuseg_wound_medetec: "another photographer's wounds",
    kvasir_polyp_cvc: "another hospital's polyps",
    none_photos: 'photographs of things and animals',
    none_colonoscopy: 'colonoscopy without a polyp',
    none_fundus: 'photographs of the back of the eye',
    none_synthetic: 'noise, gradients and text',
  },
};

/** What a head gets wrong, and where the pictures of it lie, as seen from the document. */
export interface PicturedFailures {
  readonly failures: Failures;
  readonly folder: string;
}

/** The part of a head's README that is made from its manifest, its model file and its known failures. */
export function renderHead(head: Head, pictured?: PicturedFailures): string {
  const failures = pictured ? renderFailures(pictured.failures, pictured.folder) : [];
  return renderHeadCard(head, { words: WORDS, failures });
}

/** As `renderHead`, for an encoder. */
export function renderEncoder(encoder: Encoder): string {
  return renderEncoderCard(encoder, WORDS);
}
