import { expect, it } from 'vitest';
import { writeNifti } from '../../../nifti/test/write-nifti.js';
import { startMedicalGateway } from '../start-medical-gateway.js';

/** 98,301 slices of one voxel, in 98 KB: a caller asks about all of them in a few words. */
const THIN = writeNifti({ size: [1, 1, 32_767, 3], code: 2, values: new Uint8Array(32_767 * 3) });

it('is told by its count, and its frames are not made before somebody asks for some', async () => {
  const gateway = await startMedicalGateway();
  const { id } = await gateway.upload(THIN);
  const aliases = Array.from({ length: 300 }, (_, index) => `a${index}: series { frameCount }`).join(' ');
  const startedAt = performance.now();
  const { data } = await gateway.query<{ readonly image: object }>(`{ image(id: "${id}") { ${aliases} } }`);
  expect(performance.now() - startedAt).toBeLessThan(2000); // with the frames of each: 4 s
  expect(data?.image).toMatchObject({ a299: { frameCount: 98_301 } });
});

it.each(['geometry { isVolume }', 'exports(head: { id: "shapes" }, formats: [CSV]) { url }'])(
  'is not read as a whole where it has more frames than may be analysed: %s',
  async (field) => {
    const gateway = await startMedicalGateway();
    const { id } = await gateway.upload(THIN);
    const { errors } = await gateway.query(`{ image(id: "${id}") { series { ${field} } } }`);
    expect(errors).toMatchObject([
      {
        message: 'A series may have at most 2000 frames; this one has 98301. Ask in parts.',
        extensions: { code: 'INVALID_PARAM' },
      },
    ]);
  },
);

const imageIds = (times: number): string =>
  Array.from({ length: times }, (_, index) => `a${index}: series { id imageIds }`).join(' ');

it('has one image, whose id may be asked for many times', async () => {
  const gateway = await startMedicalGateway();
  const { id } = await gateway.upload(THIN);
  const { data } = await gateway.query<{ readonly image: object }>(`{ image(id: "${id}") { ${imageIds(200)} } }`);
  expect(data?.image).toMatchObject({ a199: { imageIds: [id] } });
});

it('has its ids counted as they come', async () => {
  const gateway = await startMedicalGateway({ maxAnswerBytes: 3000 });
  const { id } = await gateway.upload(THIN);
  // 16 bytes for `series`, 80 for `id` and 96 for `imageIds`, of which 80 are those of the one in it
  const [some, many] = await Promise.all(
    [10, 20].map((times) => gateway.query(`{ image(id: "${id}") { ${imageIds(times)} } }`)),
  );
  expect(some?.errors).toBeUndefined();
  expect(many?.errors?.[0]?.message).toContain('more than 3000 bytes');
});
