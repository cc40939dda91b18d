// Decodes what its parent sends, with the built package: a hang or a crash ends this process and not the test.
import { createHash } from 'node:crypto';
import { createDicomDecoder } from '../dist/index.js';

const decoder = createDicomDecoder();

process.on('message', async ({ bytes }) => {
  const started = performance.now();
  const answer = await decode(Buffer.from(bytes, 'base64'));
  process.send({ ...answer, ms: performance.now() - started, rssMb: process.memoryUsage.rss() / 2 ** 20 });
});

async function decode(bytes) {
  try {
    if (!decoder.sniff(bytes)) return { code: 'NOT_DICOM' };
    const { data } = await decoder.decodeStored(bytes);
    const shown = await decoder.decodeFrame(bytes);
    const digest = createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { code: 'OK', digest: digest.update(shown.data).digest('hex') };
  } catch (error) {
    return { code: error?.name === 'ZooError' ? error.code : `CRASH ${String(error?.stack ?? error)}` };
  }
}
