import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createBenchImages } from '../images/bench-images.js';
import { childrenOf, residentBytes } from '../measure/processes.js';
import { analyzeImage, uploadImage } from '../servers/gateway-client.js';
import { type Gateway, startGateway } from '../servers/gateway.js';
import { findLeak } from './find-leak.js';
import { createRequests, makeRequest, type SoakRequest } from './requests.js';
import { createTally, type Tally } from './tally.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly callers: number;
  readonly killEverySeconds: number;
  readonly say: (text: string) => void;
}

export interface SoakReport {
  readonly requests: number;
  readonly kills: number;
  /** How often a process was stopped, as the system does with one whose container is paused. */
  readonly freezes: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Of the gateway alone, without its zoo; in the first and the last minute. */
  readonly gatewayMegabytes: readonly number[];
  /** What must not have happened; none if all is well. */
  readonly violations: readonly string[];
}

const SAMPLE_EVERY_MS = 5000;
/** For whatever is under way at the end. */
const SETTLE_MS = 60_000;
/**
 * Of the requests that are right, fewer answers than that are no service: a machine that is far too busy, or a zoo that
 * stays away.
 */
const LEAST_ANSWERED = 0.5;
/** Connections that were kept alive come and go. */
const MAX_MORE_FILES = 30;

/** A gateway under mixed load whose zoo is killed or frozen again and again. */
export async function runSoak({ minutes, callers, killEverySeconds, say }: SoakOptions): Promise<SoakReport> {
  const gateway = await startGateway({ MEDZOO_DEADLINE_SECONDS: '60' });
  const tally = createTally();
  try {
    const requests = await createRequests(await createBenchImages(), Math.random);
    const zoos = await countUp(gateway);
    await makeRequest(requests[0]!, gateway.url, tally); // connections and files that stay
    const files = countFiles(gateway.pid);
    const over = new AbortController();
    const harm = harmAgainAndAgain(gateway, killEverySeconds, over.signal);
    const memory = watchMemory(gateway, tally, say, over.signal);
    const endAt = performance.now() + minutes * 60_000;
    const calling = Array.from({ length: callers }, async () => {
      while (performance.now() < endAt) await makeRequest(draw(requests), gateway.url, tally);
    });
    await Promise.race([Promise.all(calling), gateway.exited]);
    over.abort();
    const bytes = await memory;
    const faults = [...(await findFaults(gateway, zoos, files))];
    const leak = findLeak('the gateway', bytes);
    if (tally.answeredShare() < LEAST_ANSWERED) {
      faults.push(`only ${Math.round(tally.answeredShare() * 100)} % of the requests that were right were answered`);
    }
    return {
      requests: tally.total,
      ...(await harm),
      counts: tally.counts(),
      gatewayMegabytes: [bytes[0] ?? 0, bytes.at(-1) ?? 0].map((value) => Math.round(value / 2 ** 20)),
      violations: [...tally.violations(), ...faults, ...(leak === undefined ? [] : [leak])],
    };
  } finally {
    await gateway.close();
  }
}

function draw(requests: readonly SoakRequest[]): SoakRequest {
  let left = Math.random() * requests.reduce((sum, { weight }) => sum + weight, 0);
  return requests.find(({ weight }) => (left -= weight) < 0) ?? requests[0]!;
}

/** Kills one worker or standby, then freezes one, in turn. */
async function harmAgainAndAgain(
  { pid, url }: Gateway,
  everySeconds: number,
  signal: AbortSignal,
): Promise<Pick<SoakReport, 'kills' | 'freezes'>> {
  const harm = { kills: 0, freezes: 0 };
  while (await pause(everySeconds * 1000, signal)) {
    const isReady = await fetch(new URL('ready', url)).then(({ ok }) => ok);
    const zoos = childrenOf(pid);
    const zoo = zoos[Math.floor(Math.random() * zoos.length)];
    if (!isReady || zoo === undefined) continue; // the last one's successor is still on its way
    const isKill = harm.kills <= harm.freezes;
    process.kill(zoo, isKill ? 'SIGKILL' : 'SIGSTOP');
    harm[isKill ? 'kills' : 'freezes'] += 1;
  }
  return harm;
}

async function watchMemory(
  { pid }: Gateway,
  tally: Tally,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const samples: number[] = [];
  while (await pause(SAMPLE_EVERY_MS, signal)) {
    const zoos = childrenOf(pid).reduce((sum, child) => sum + (residentBytes(child) ?? 0), 0);
    const own = residentBytes(pid);
    if (own === undefined) continue;
    samples.push(own - zoos);
    if (samples.length % 12 === 0) say(`${tally.total} requests, ${tally.violations().length} violations`);
  }
  return samples;
}

/** False when it is over. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

/** After the load: nothing waits, nobody is missing, and it answers. */
async function findFaults(gateway: Gateway, zoos: number, filesBefore: number): Promise<readonly string[]> {
  if (residentBytes(gateway.pid) === undefined) return ['the gateway ended'];
  const faults: string[] = [];
  const settles = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const endAt = performance.now() + SETTLE_MS;
    while (!(await isSo())) {
      if (performance.now() > endAt) {
        faults.push(`${what} within ${SETTLE_MS / 1000} s after the last request`);
        return;
      }
      await wait(250);
    }
  };
  await settles('the queue was not empty', async () =>
    /^medzoo_zoo_pending_calls 0$/m.test(await readMetrics(gateway)),
  );
  await settles('it was not ready', async () => (await fetch(new URL('ready', gateway.url))).ok);
  await settles(`there were not ${zoos} workers, and at most one standby`, async () => {
    const others = childrenOf(gateway.pid).length - zoos;
    return (await countUp(gateway)) === zoos && (others === 0 || others === 1);
  });
  await settles('files were open that were not before', () =>
    Promise.resolve(countFiles(gateway.pid) <= filesBefore + MAX_MORE_FILES),
  );
  try {
    const { fresh } = await createBenchImages();
    await analyzeImage(gateway.url, await uploadImage(gateway.url, fresh()), [{ id: 'automed' }]);
  } catch (error) {
    faults.push(`a new image was not answered at the end: ${String(error)}`);
  }
  return faults;
}

async function readMetrics({ url }: Gateway): Promise<string> {
  return (await fetch(new URL('metrics', url))).text();
}

/** Counts the workers, without the standby, which may not be there yet. */
async function countUp(gateway: Gateway): Promise<number> {
  return Number(/^medzoo_zoo_processes_up (\d+)$/m.exec(await readMetrics(gateway))?.[1]);
}

function countFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
