import { describe, expect, it, vi } from 'vitest';
import { drawEnhanced } from '../../../export/test/dicom-files.js';
import { askGateway } from '../../src/page/script/requests/ask-gateway.js';
import { askSeries, describeVolume } from '../../src/page/script/requests/ask-series.js';
import { placeOf, runAnalysis } from '../../src/page/script/requests/run-analysis.js';
import { drawZip } from '../images/draw-zip.js';
import { slices } from './series-requests.js';
import { startMedicalGateway } from '../start-medical-gateway.js';

describe('the page', () => {
  it('takes a ZIP: its pictures are frames, and the whole series is asked about with progress and files', async () => {
    const gateway = await startMedicalGateway();
    const zip = drawZip(Object.fromEntries(slices(4, 0, 2).map((file, at) => [`${at}`, file])));
    const { signal } = new AbortController();
    const file = new Blob([Uint8Array.from(zip)]);
    const requests = askGateway(gateway.url);
    const asked = { file, headIds: ['shapes'], maxBytes: 1e6 };
    const first = await runAnalysis(asked, requests, signal, () => undefined);
    expect(first).toMatchObject({ view: { frame: 1 }, facts: { frames: 3 }, series: { frameCount: 3 } });
    const view = { frame: 2, window: null };
    const again = { ...asked, view, uploaded: first.uploaded };
    const upload = vi.spyOn(requests, 'upload');
    const next = await runAnalysis(again, requests, signal, () => undefined);
    expect(upload).not.toHaveBeenCalled();
    expect(next.image.id).toBe(first.images[2]!.id);
    expect(placeOf(next.images, view)).toEqual({ image: next.image, view: { frame: 0, window: null } });
    const series = askSeries(gateway.url);
    const head = { headId: 'shapes', window: null };
    let progress = await series.start(first.series!.id, head, signal);
    while (progress.state === 'RUNNING') progress = await series.look(progress.id, signal);
    expect(progress).toMatchObject({ state: 'DONE', framesDone: 3 });
    expect(progress.volumes.map(describeVolume)[0]).toMatch(/^fetal_head: in 3 of 3 pictures, [\d.]+ mm³$/);
    const files = await series.listExports(first.series!.id, head, signal);
    expect(files.map(({ reason }) => reason)).toEqual(files.map(() => null));
    await expect(series.look('f'.repeat(64), signal)).rejects.toMatchObject({ fault: { code: 'IMAGE_NOT_FOUND' } });
  });

  it('takes a file of several frames as a series by itself', async () => {
    const gateway = await startMedicalGateway();
    const file = new Blob([Uint8Array.from(drawEnhanced([0, 3, 6]))]);
    const asked = { file, headIds: ['shapes'], maxBytes: 1e6 };
    const { signal } = new AbortController();
    const { series, image, view, answers } = await runAnalysis(asked, askGateway(gateway.url), signal, () => undefined);
    expect(series).toEqual({ id: image.id, frameCount: 3 });
    // The outermost slices of a volume show little.
    expect(view).toEqual({ frame: 1, window: null });
    const shown = Buffer.from(JSON.stringify({ frame: 1 })).toString('base64url');
    expect(answers).toMatchObject([{ masks: [{ url: expect.stringContaining(`?view=${shown}`) as string }, {}] }]);
  });
});
