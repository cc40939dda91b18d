import { fork } from 'node:child_process';
import type { RuntimeFacts, SelfTest } from './facts.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../dist/doctor/self-test-child.js', import.meta.url);
/** A GPU's first session may compile for half a minute. */
const ANSWER_WITHIN_MS = 60_000;

export type Question = { readonly ask: 'providers' } | { readonly ask: 'test'; readonly provider: string };

type Providers = Extract<RuntimeFacts, { readonly state: 'loaded' }>['providers'];

/** What the process tells. */
export type Told =
  | { readonly state: 'listed'; readonly providers: Providers }
  | Omit<Extract<SelfTest, { readonly state: 'passed' }>, 'provider'>
  | { readonly state: 'failed'; readonly reason: string };

type Failed = Extract<Told, { readonly state: 'failed' }>;

/** Asks in a process of its own: a broken driver may end it, or keep it for ever. What native code writes is left out. */
export async function askSelfTest(question: {
  readonly ask: 'providers';
}): Promise<Extract<Told, { state: 'listed' }> | Failed>;
export async function askSelfTest(question: {
  readonly ask: 'test';
  readonly provider: string;
}): Promise<Extract<Told, { state: 'passed' }> | Failed>;
export async function askSelfTest(question: Question): Promise<Told> {
  const child = fork(ENTRY, [JSON.stringify(question)], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, ANSWER_WITHIN_MS);
  try {
    return await new Promise<Told>((resolve) => {
      child.once('message', (told) => resolve(told as Told));
      child.once('error', (error) => resolve({ state: 'failed', reason: error.message }));
      child.once('exit', (code, signal) => {
        const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
        const reason = isLate
          ? `its process did not answer within ${ANSWER_WITHIN_MS / 1000} s`
          : `its process ended by ${how}`;
        resolve({ state: 'failed', reason });
      });
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}
