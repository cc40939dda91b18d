import { openBareModels, prepareBare } from './bare-models.js';

/** From the bench to a process that loops over images without any server, cache or answer. */
export interface LoopStart {
  readonly files: readonly Uint8Array[];
  readonly durationMs: number;
}

const [threads, provider] = process.argv.slice(2);
const models = await openBareModels({ threads: Number(threads), ...(provider && { provider }) });

/** The next image is decoded, on libuv's threads, while the models have this one. */
async function loop({ files, durationMs }: LoopStart): Promise<number> {
  const endAt = performance.now() + durationMs;
  let index = 0;
  const prepare = (): Promise<Float32Array> => prepareBare(files[index++ % files.length]!);
  let coming = prepare();
  let answers = 0;
  for (;;) {
    const input = await coming;
    coming = prepare();
    const masks = await models.run(input);
    let area = 0;
    for (const logit of masks) if (logit >= 0) area += 1;
    if (!Number.isFinite(area)) throw new Error('The models gave no masks.');
    if (performance.now() > endAt) break;
    answers += 1;
  }
  await coming;
  return answers;
}

process.once('disconnect', () => process.exit());
process.on('message', (start: LoopStart) => {
  void loop(start).then((answers) => process.send!({ answers }));
});
process.send!({ isReady: true });
