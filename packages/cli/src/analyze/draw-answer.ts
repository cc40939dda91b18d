import { drawHeatMap, drawOverlay, type Answer, type DecodedImage } from '@medzoo/core';

/** A PNG of an answer for a person: outlines and a legend, or a heat map and a bar for each class. */
export async function drawAnswer(image: DecodedImage, answer: Answer): Promise<Uint8Array> {
  return answer.task === 'segmentation' ? drawOverlay(image, answer.masks) : drawHeatMap(image, answer.heatMap, answer);
}
