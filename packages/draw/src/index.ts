export { drawAnswer } from './draw-answer.js';
export { drawHeatMap } from './draw-heat-map.js';
export { drawKeypoints } from './draw-keypoints.js';
export { drawLabels } from './draw-labels.js';
export { drawOverlay } from './draw-overlay.js';
export { drawValues } from './draw-values.js';
export type { DrawnMask } from './draw-overlay.js';
