import { matchAnswer, type Answer, type Bytes, type Raster } from '@medzoo/core';
import { drawHeatMap } from './draw-heat-map.js';
import { drawKeypoints } from './draw-keypoints.js';
import { drawLabels } from './draw-labels.js';
import { drawOverlay } from './draw-overlay.js';
import { drawValues } from './draw-values.js';

/**
 * A PNG for a person of an answer of any task: masks and a legend over the image, a heat map and a bar for each
 * label, numbers with their units, or points. Of bytes the frame is drawn that an analysis reads by default; for an
 * answer about another frame, pass that frame as `decodeImage` gives it.
 */
export function drawAnswer(source: Uint8Array | Raster, answer: Answer): Promise<Bytes> {
  return matchAnswer(answer, {
    segmentation: ({ masks }) => drawOverlay(source, masks),
    classification: (classes) => drawHeatMap(source, classes.heatMap, classes),
    regression: (answer) => drawValues(source, answer),
    keypoints: (answer) => drawKeypoints(source, answer),
    multilabel: (answer) => drawLabels(source, answer),
  });
}
