import type { Head } from '../src/contract/index.js';
import { createFakeBackend, type FakeScript } from '../src/testing/fake-backend.js';
import { testClasses, testEncoder, testMasks } from '../src/testing/test-heads.js';
import { createZoo } from '../src/zoo/create-zoo.js';

export const ENCODER = testEncoder.trained.model.url;

/** A zoo of two heads whose models only pretend to run, by `script`. */
export async function createFakeZoo(script: FakeScript = {}, cacheBytes = 1e6) {
  const backend = createFakeBackend(script);
  const zoo = await createZoo({ heads: [testMasks, testClasses], backend, cacheBytes });
  const encoderRuns = () => backend.runs.filter(({ url }) => url === ENCODER).length;
  return { zoo, backend, encoderRuns };
}

/** A head like `testClasses` in all but its id and what is given; it says that it was trained on its encoder. */
export function headLike(id: string, changes: Partial<Head>): Head {
  const { encoder } = { ...testClasses, ...changes };
  const trained = { ...testClasses.trained, encoder: { id: encoder.id, sha256: encoder.trained.model.sha256 } };
  return { ...testClasses, manifest: { ...testClasses.manifest, id }, trained, ...changes };
}
