import { z } from 'zod';
import { paramSpec } from './params/params.js';
import { HEAD_ID, SAY_HEAD_ID } from './model/head-id.js';
import { strictObject } from './model/strict-object.js';
import { TASKS } from './task.js';

const text = z.string().min(1);

/** What a person says about a head; its model's facts are in `TrainedModel`. */
export const headManifest = strictObject({
  id: text.max(64).regex(HEAD_ID, { error: SAY_HEAD_ID }),
  title: z.string(),
  task: z.enum(TASKS, { error: `a task is ${TASKS.map((task) => `"${task}"`).join(' or ')}` }),
  /** By name; `{}` for a head without params. */
  params: z.record(text.max(64), paramSpec).readonly(),
  intendedUse: z.string(),
  /** Modalities the head was trained for, as DICOM codes: 'DX', 'US', 'ES', ... */
  modalities: z.array(text).readonly(),
});

export type HeadManifest = z.infer<typeof headManifest>;
