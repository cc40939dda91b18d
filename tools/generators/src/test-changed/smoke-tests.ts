/**
 * By project, the tests that use it as a whole and run in seconds. `npm test` runs them when something changes that the
 * project needs; all of its tests run in `.ci/run`. The build compiles every project against the change before.
 */
export const SMOKE_TESTS: Readonly<Record<string, readonly string[]>> = {
  'packages/automed': ['packages/automed/src/automed.spec.ts'],
  'packages/cli': ['packages/cli/test/analyze-slices.e2e-spec.ts', 'packages/cli/src/embed/run-embed.spec.ts'],
  'packages/create-head': [],
  'packages/dicom': ['packages/dicom/src/view/show-frame.spec.ts'],
  'packages/draw': ['packages/draw/src/draw.spec.ts'],
  'packages/export': [],
  // Starts the program with the shipped heads in a worker, and asks them.
  'packages/gateway': ['packages/gateway/test/readme.e2e-spec.ts', 'packages/gateway/test/answers/graphql.e2e-spec.ts'],
  'packages/medcls': ['packages/medcls/src/medcls.spec.ts'],
  'packages/nifti': ['packages/nifti/src/nifti.spec.ts'],
  'packages/remote': ['packages/remote/src/remote-backend.spec.ts'],
  'packages/sam-med2d': ['packages/sam-med2d/src/encoder.spec.ts'],
  'tools/bench': [],
  'tools/cards': [],
  'tools/docs-check': [],
  'tools/generators': [],
  'tools/samples': [],
};
