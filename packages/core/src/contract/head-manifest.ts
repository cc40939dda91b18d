import { z } from 'zod';
import { paramSpec } from './params/params.js';
import { strictObject } from './model/strict-object.js';
import { TASKS } from './task.js';

const text = z.string().min(1);

/** What a head may be called: it is asked for by this name, in requests and in URLs. */
const HEAD_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What a person says about a head; its model's facts are in `TrainedModel`. */
export const headManifest = strictObject({
  id: text.max(64).regex(HEAD_ID, { error: 'a head\'s id is lower-case words joined by hyphens, such as "lung-mask"' }),
  title: z.string(),
  task: z.enum(TASKS, { error: `a task is ${TASKS.map((task) => `"${task}"`).join(' or ')}` }),
  /** By name; `{}` for a head without params. */
  params: z.record(text.max(64), paramSpec).readonly(),
  intendedUse: z.string(),
  /** Modalities the head was trained for, as DICOM codes: 'DX', 'US', 'ES', ... */
  modalities: z.array(text).readonly(),
});

export type HeadManifest = z.infer<typeof headManifest>;
