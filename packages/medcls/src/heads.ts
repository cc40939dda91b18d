import { medclsHead } from './medcls-head.js';

/** Pneumonia or not on a child's frontal chest film. */
export const chestXrayPneumonia = medclsHead(
  {
    id: 'chest-xray-pneumonia',
    title: "SAM-MedCls: pneumonia on children's chest films",
    intendedUse:
      "Sorting children's frontal chest films into normal and pneumonia, in research. An adult's film is refused more than four times of five, and else likely called pneumonia. Not for diagnosis.",
    modalities: ['DX'],
  },
  new URL('../weights/chest-xray-pneumonia/model.json', import.meta.url),
);

/** Normal tissue, a benign or a malignant mass in breast ultrasound. */
export const breastUltrasound = medclsHead(
  {
    id: 'breast-ultrasound',
    title: 'SAM-MedCls: masses in breast ultrasound',
    intendedUse: 'Sorting breast ultrasound images into normal, benign and malignant, in research. Not for diagnosis.',
    modalities: ['US'],
  },
  new URL('../weights/breast-ultrasound/model.json', import.meta.url),
);

/** Glioma, meningioma, pituitary tumour or none on a slice of brain MRI. */
export const brainMri = medclsHead(
  {
    id: 'brain-mri',
    title: 'SAM-MedCls: tumours on brain MRI',
    intendedUse:
      'Sorting slices of brain MRI into glioma, meningioma, pituitary tumour and none, in research. Not for diagnosis.',
    modalities: ['MR'],
  },
  new URL('../weights/brain-mri/model.json', import.meta.url),
);
