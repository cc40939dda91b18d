import { z } from 'zod';
import { paramSpec } from '../params/params.js';
import { aName } from '../model/names/a-name.js';
import { HEAD_ID, SAY_HEAD_ID } from '../model/names/head-id.js';
import { strictObject } from '../model/schema/strict-object.js';
import { TASKS } from './task.js';

/** What a person says about a head; its model's facts are in `TrainedModel`. */
export const headManifest = strictObject({
  id: aName.max(64).regex(HEAD_ID, { error: SAY_HEAD_ID }),
  title: aName,
  task: z.enum(TASKS, { error: `a task is ${TASKS.map((task) => `"${task}"`).join(' or ')}` }),
  /** By name; `{}` for a head without params. */
  params: z.record(aName.max(64), paramSpec).readonly(),
  intendedUse: z.string(),
  /** Modalities the head was trained for, as DICOM codes: 'DX', 'US', 'ES', ... */
  modalities: z.array(aName).readonly(),
});

export type HeadManifest = z.infer<typeof headManifest>;
