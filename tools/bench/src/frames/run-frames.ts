import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { uploadImage } from '../servers/gateway-client.js';
import { CONFIG, startGateway } from '../servers/gateway.js';
import { post } from '../servers/post.js';
import { drawCine } from './draw-cine.js';
import { memoryAt, watchMemory, type MemorySample } from './watch-memory.js';

export interface FramesOptions {
  readonly frames: number;
  /** Of a frame, in pixels. */
  readonly side: number;
  readonly only?: 'gateway' | 'analyze' | undefined;
  readonly say: (text: string) => void;
}

/** What one way of asking about all frames of a file took. */
export interface FramesReport {
  readonly way: string;
  readonly fileBytes: number;
  readonly seconds: number;
  /** Medians around a tenth, the half and the end of the walk. */
  readonly marks: ReturnType<typeof memoryAt>;
  readonly mostBytes: number;
}

const HEAD = 'automed';
const LOOK_MS = 200;
/** Embeddings are kept up to a bound of their own (cacheBytes), which 500 frames fill only in part: that is no leak. */
const WITHOUT_CACHE = { MEDZOO_BENCH_CACHE_BYTES: '0' };
const CLI = fileURLToPath(new URL('../../../../packages/cli/dist/main.js', import.meta.url));

/** Asks a head about every frame of one file, through a gateway and by the command line. */
export async function runFrames({ frames, side, only, say }: FramesOptions): Promise<FramesReport[]> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-frames-'));
  try {
    const file = join(folder, 'cine.dcm');
    const bytes = drawCine(frames, side);
    await writeFile(file, bytes);
    const report = async (way: string, walk: () => Promise<readonly MemorySample[]>): Promise<FramesReport> => {
      say(`${way} ...`);
      const startedAt = performance.now();
      const samples = await walk();
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      const marks = memoryAt(samples, [frames / 10, frames / 2, frames]);
      return { way, fileBytes: bytes.length, seconds, marks, mostBytes: Math.max(...samples.map(({ all }) => all)) };
    };
    const reports: FramesReport[] = [];
    if (only !== 'analyze') reports.push(await report('gateway', () => askGateway(bytes, frames)));
    if (only !== 'gateway') reports.push(await report('medzoo analyze', () => runCli(file, join(folder, 'out'))));
    return reports;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function askGateway(bytes: Buffer, frames: number): Promise<readonly MemorySample[]> {
  const gateway = await startGateway(WITHOUT_CACHE);
  try {
    const image = await uploadImage(gateway.url, bytes);
    const ask = async (query: string): Promise<{ id: string; state: string; message: string; framesDone: number }> => {
      const body = JSON.stringify({ query });
      const url = new URL('graphql', gateway.url);
      const { json } = await post<{ data: { asked: never } | null; errors?: object }>(url, body, {
        contentType: 'application/json',
      });
      if (!json.data) throw new Error(JSON.stringify(json.errors));
      return json.data.asked;
    };
    const fields = 'id state message framesDone framesFailed';
    const head = `head: { id: "${HEAD}" }, outOfDomain: WARN`;
    let progress = await ask(`mutation { asked: analyzeSeries(series: "${image}", ${head}) { ${fields} } }`);
    const watch = watchMemory(gateway.pid, () => progress.framesDone);
    while (progress.state === 'RUNNING') {
      await sleep(LOOK_MS);
      progress = await ask(`{ asked: seriesAnalysis(id: "${progress.id}") { ${fields} } }`);
    }
    const samples = watch.stop();
    if (progress.state !== 'DONE' || progress.framesDone !== frames) throw new Error(JSON.stringify(progress));
    return samples;
  } finally {
    await gateway.close();
  }
}

/** It tells how far it is ten times; in between, the time says. */
async function runCli(file: string, out: string): Promise<readonly MemorySample[]> {
  const options = ['--config', fileURLToPath(CONFIG), '--heads', HEAD, '--frame', 'all', '--out-of-domain', 'warn'];
  const child = spawn(process.execPath, [CLI, 'analyze', file, ...options, '--out', out, '--formats', 'csv'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...WITHOUT_CACHE },
  });
  let told = '';
  let done = 0;
  const watch = watchMemory(child.pid!, () => done);
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    done = Number([...told.matchAll(/: (\d+) of \d+\n/g)].at(-1)?.[1] ?? 0);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const samples = watch.stop();
  if (code !== 0) throw new Error(`medzoo analyze ended with ${String(code)}: ${told}`);
  return samples;
}
