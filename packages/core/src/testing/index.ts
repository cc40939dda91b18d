export { createFakeBackend } from './fake-backend.js';
export type { FakeBackend, FakeScript } from './fake-backend.js';
export { checkGolden, checkGoldenAnswer, checkGoldenDomains, readGolden } from './golden.js';
export type { GoldenRecord } from './golden.js';
export { sampleTensors } from './sample-tensors.js';
export { testBackend } from './test-backend.js';
export type { RegisterTest } from './test-backend.js';
export { testHead } from './test-head.js';
export type { HeadTests } from './test-head.js';
export {
  testClasses,
  testEncoder,
  testKeypoints,
  testMasks,
  testMultilabel,
  testNan,
  testSlow,
  testVariantClasses,
  testVariantEncoder,
  testValues,
} from './test-heads.js';
export { createTestImage } from './test-image.js';
export { TEST_MODELS } from './test-models.js';
export type { TestModels } from './test-models.js';
