import type { HeadCases } from './hard-case.type.js';

const FILM = { phantom: 'child-film', words: 'the same film without it' } as const;

/**
 * What each head gets wrong on real images of the validation split, drawn: those images may not be copied. Some of it
 * the head gets right on the phantom, and then the card says so.
 */
export const HARD_CASES: readonly HeadCases[] = [
  {
    head: 'automed',
    card: 'packages/automed/card/automed',
    task: 'segmentation',
    cases: [
      {
        id: 'cropped-film',
        phantom: 'cropped-film',
        shows: 'A film cropped to the bases of the lungs, and stretched by the resizing.',
        target: 'lungs',
        plain: { phantom: 'child-film', words: 'the whole film' },
      },
      {
        id: 'gas-in-stomach',
        phantom: 'gas-in-stomach',
        shows: 'Gas in the stomach, as dark as a lung and just below one.',
        target: 'lungs',
        plain: FILM,
      },
      {
        id: 'white-lung',
        phantom: 'white-lung',
        shows: 'A lung that is nearly all white.',
        target: 'lungs',
        plain: FILM,
      },
      {
        id: 'early-pregnancy',
        phantom: 'early-pregnancy',
        shows: 'Early pregnancy: a small head, the trunk beside it as round and as large.',
        target: 'fetal_head',
        plain: { phantom: 'fetal-head', words: 'a head of the second half of pregnancy' },
      },
      {
        id: 'head-cut-off',
        phantom: 'head-cut-off',
        shows: "A head that reaches beyond the sector's edge.",
        target: 'fetal_head',
        plain: { phantom: 'fetal-head', words: 'a head wholly within it' },
      },
      {
        id: 'embryo',
        phantom: 'embryo',
        shows: 'Hundreds of nuclei, each two or three pixels wide once the image is 256 pixels wide.',
        target: 'nuclei',
        plain: { phantom: 'nuclei-fluorescence', words: 'nuclei of the usual size' },
      },
      {
        id: 'cell-smear',
        phantom: 'cell-smear',
        shows: 'A smear: small nuclei in wide cells whose folds and overlaps are as dark.',
        target: 'nuclei',
        plain: { phantom: 'nuclei-stained', words: 'a stained section' },
      },
      {
        id: 'crowded-nuclei',
        phantom: 'crowded-nuclei',
        shows: 'Nuclei that touch, dim ones beside bright ones.',
        target: 'nuclei',
        plain: { phantom: 'nuclei-fluorescence', words: 'nuclei apart and more alike' },
      },
      {
        id: 'leg-with-sock',
        phantom: 'leg-with-sock',
        shows: 'A small wound on a leg seen from afar, below a red sock.',
        target: 'wound',
        plain: { phantom: 'leg-without-sock', words: 'without the sock' },
      },
      {
        id: 'painted-toes',
        phantom: 'painted-toes',
        shows: 'Red nail polish and inflamed skin around a pale, shallow wound.',
        target: 'wound',
        plain: { phantom: 'bare-toes', words: 'without the polish' },
      },
      {
        id: 'polyp-beside-fold',
        phantom: 'polyp-beside-fold',
        shows: 'A small polyp, and a fold of the wall that bulges more than it does.',
        target: 'polyp',
        plain: { phantom: 'polyp-without-fold', words: 'without the fold' },
      },
      {
        id: 'polyp-in-glare',
        phantom: 'polyp-in-glare',
        shows: 'A polyp at the rim of a patch that the lamp overexposes.',
        target: 'polyp',
        plain: { phantom: 'polyp-without-glare', words: 'evenly lit' },
      },
      {
        id: 'many-polyps',
        phantom: 'many-polyps',
        shows: 'Eight small polyps where training images have one or two.',
        target: 'polyp',
        plain: { phantom: 'polyp', words: 'one larger polyp' },
      },
    ],
  },
  {
    head: 'promptable',
    card: 'packages/sam-med2d/card/promptable',
    task: 'segmentation',
    cases: [
      {
        id: 'point-for-two',
        phantom: 'child-film',
        shows: 'One point, in a lung, where both lungs are meant.',
        target: 'lungs',
        prompt: 'centre of the largest part',
        plain: { phantom: 'child-film', words: 'with a box around both', prompt: 'box' },
      },
      {
        id: 'box-around-many',
        phantom: 'crowded-nuclei',
        shows: 'A box around nuclei that touch.',
        target: 'nuclei',
        prompt: 'box around the largest part',
        plain: {
          phantom: 'crowded-nuclei',
          words: 'with a box around a single nucleus',
          prompt: 'box around a single part',
        },
      },
      {
        id: 'point-on-speck',
        phantom: 'leg-with-sock',
        shows: 'A point on a small wound amid flushed skin.',
        target: 'wound',
        prompt: 'centre of the largest part',
        plain: { phantom: 'leg-with-sock', words: 'with a box', prompt: 'box' },
      },
    ],
  },
  {
    head: 'chest-xray-pneumonia',
    card: 'packages/medcls/card/chest-xray-pneumonia',
    task: 'classification',
    cases: [
      {
        id: 'faint-pneumonia',
        phantom: 'faint-pneumonia',
        shows: 'Pneumonia that is only faint patches around both hila.',
        drawn: 'pneumonia',
        plain: { ...FILM, drawn: 'normal' },
      },
      {
        id: 'adult-film',
        phantom: 'chest-film',
        shows: "An adult's film without pneumonia; training saw children.",
        drawn: 'normal',
        isOtherKind: true,
        plain: { phantom: 'child-film', words: "a child's", drawn: 'normal' },
      },
      {
        id: 'leads-on-chest',
        phantom: 'leads-on-chest',
        shows: "A monitor's leads over a chest without pneumonia: sick children have them more often.",
        drawn: 'normal',
        plain: { ...FILM, drawn: 'normal' },
      },
      {
        id: 'breast-scan',
        phantom: 'breast-scan',
        shows: 'No chest film at all: an ultrasound of a breast.',
        drawn: null,
      },
    ],
  },
  {
    head: 'breast-ultrasound',
    card: 'packages/medcls/card/breast-ultrasound',
    task: 'classification',
    cases: [
      {
        id: 'isoechoic-mass',
        phantom: 'isoechoic-mass',
        shows: 'A smooth mass that echoes almost as much as the gland around it.',
        drawn: 'benign',
        outlined: 'mass',
        plain: { phantom: 'dark-mass', words: 'the same mass, dark', drawn: 'benign' },
      },
      {
        id: 'measured-mass',
        phantom: 'measured-mass',
        shows: "A mass with the machine's calipers drawn over it.",
        drawn: 'benign',
        outlined: 'mass',
        plain: { phantom: 'dark-mass', words: 'without the calipers', drawn: 'benign' },
      },
      {
        id: 'chest-film',
        phantom: 'child-film',
        shows: 'No ultrasound at all: a chest film.',
        drawn: null,
      },
    ],
  },
  {
    head: 'brain-mri',
    card: 'packages/medcls/card/brain-mri',
    task: 'classification',
    cases: [
      {
        id: 'solid-glioma',
        phantom: 'solid-glioma',
        shows: 'A glioma beside the ventricle that takes up contrast evenly, as meningiomas do.',
        drawn: 'glioma',
        outlined: 'glioma',
        plain: { phantom: 'brain-slice', words: 'a meningioma at the dura', drawn: 'meningioma' },
      },
      {
        id: 'faint-meningioma',
        phantom: 'faint-meningioma',
        shows: 'A meningioma hardly brighter than the brain.',
        drawn: 'meningioma',
        outlined: 'meningioma',
        plain: { phantom: 'brain-slice', words: 'a bright one', drawn: 'meningioma' },
      },
      {
        id: 'brain-without-tumour',
        phantom: 'brain-without-tumour',
        shows:
          'A slice with contrast and no tumour: in training, slices without one came from another source and sequence.',
        drawn: 'notumor',
      },
      {
        id: 'nuclei',
        phantom: 'nuclei-fluorescence',
        shows: 'No MRI at all: nuclei under a microscope.',
        drawn: null,
      },
    ],
  },
];
