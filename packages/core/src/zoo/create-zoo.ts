import type { Answer, Head, HeadDescription, Outcome, Zoo } from '../contract/index.js';
import { answerOrRun } from './cache/answer-or-run.js';
import { openCaches } from './cache/open-caches.js';
import { readConfig } from './config/read-config.js';
import type { ZooConfig } from './config/zoo-config.js';
import { encodeForHeads } from './encode/encode-for-heads.js';
import { createImageEncoder } from './encode/encode-image.js';
import { createRunHeads } from './head/run-heads.js';
import { openModels } from './models/open-models.js';
import { describeRuntime } from './observe/describe-runtime.js';
import { createCallTracker } from './observe/track-calls.js';
import { receiveCall, type Given } from './request/receive-call.js';

/** See create-when-called.ts, by which the package exports it. */
export async function createZoo<const H extends readonly Head[]>(given: ZooConfig<H>): Promise<Zoo<H>> {
  const config = readConfig(given);
  const { heads, limits, decoders, observer } = config;
  const models = await openModels(config);
  const { sessions, runningFiles, prefetcher } = models;
  const { embeddings, answers, headKeyOf, shared } = openCaches(config);
  const encodeImage = createImageEncoder(models, embeddings, { limits, decoders, shared, observer });
  const runHeads = createRunHeads(heads, models);
  const calls = createCallTracker(observer);

  async function analyze(...request: Given): Promise<Record<string, Outcome<Answer>>> {
    const call = receiveCall(heads, request);
    try {
      const { source, imageKey } = await call.identifyImage();
      const { options, asked, startedAt } = call;
      const question = { ...options, imageKey, headKeyOf, runningFiles, asked, startedAt, observer };
      const outcomes = await answerOrRun(question, answers, async (unknown) => {
        const encoded = await encodeForHeads(unknown, (encoder, rule) =>
          encodeImage(source, encoder, call.asker, rule),
        );
        return runHeads(encoded, call);
      });
      call.throwIfLeft();
      return outcomes;
    } finally {
      call.end();
    }
  }

  let isClosed = false;

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([calls.close(), prefetcher.close()]);
    await Promise.all([sessions.close(), shared?.close()]);
  }

  return {
    heads: describeHeads(heads) as unknown as Zoo<H>['heads'],
    limits,
    analyze: ((...request: Given) => calls.run(request, () => analyze(...request))) as Zoo<H>['analyze'],
    prefetch: prefetcher.prefetch,
    runtime: () => describeRuntime(heads, models, { isClosed, pending: calls.pending, shared }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Frozen, as their parts are: nobody who changes a description changes what a call does. */
function describeHeads(heads: readonly Head[]): readonly HeadDescription[] {
  return Object.freeze(heads.map(({ manifest, encoder, trained }) => Object.freeze({ manifest, encoder, trained })));
}
