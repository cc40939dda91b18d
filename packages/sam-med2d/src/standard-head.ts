import {
  decodeClasses,
  decodeExclusiveMasks,
  decodeKeypoints,
  decodeLabels,
  decodeMasks,
  decodeValues,
  defineHead,
  TASKS,
  ZooError,
  type Head,
  type HeadManifest,
  type Task,
  type TrainedModel,
} from '@medzoo/core/contract';

/** A head but for what its task decides. */
export type HeadParts = Omit<Head, 'manifest' | 'decode'>;

/** A manifest but for what its task decides. */
export type Described = Pick<HeadManifest, 'id' | 'title' | 'intendedUse' | 'modalities'>;

interface StandardRule {
  /** By the name of an output that tells the task: its shape. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly create: (head: HeadParts, manifest: Described) => Head;
}

const MASK_PARAMS = {
  targets: { type: 'labels', description: 'Which targets to look for; all of them by default.' },
} as const;

const RULES: Readonly<Record<Task, StandardRule>> = {
  segmentation: {
    outputs: {
      masks: '[batch, labels, height, width]',
      exclusive_masks: '[batch, labels or one more, height, width]',
    },
    create: (head, manifest) =>
      defineHead({
        ...head,
        manifest: { ...manifest, task: 'segmentation', params: MASK_PARAMS },
        decode: ({ outputs, params }) =>
          Object.hasOwn(outputs, 'exclusive_masks')
            ? decodeExclusiveMasks(outputs, head.trained, params)
            : decodeMasks(outputs, head.trained, params),
      }),
  },
  classification: {
    outputs: { logits: '[batch, labels]' },
    create: (head, manifest) =>
      defineHead({
        ...head,
        manifest: { ...manifest, task: 'classification', params: {} },
        decode: ({ outputs }) => decodeClasses(outputs, head.trained),
      }),
  },
  regression: {
    outputs: { values: '[batch, labels]' },
    create: (head, manifest) =>
      defineHead({
        ...head,
        manifest: { ...manifest, task: 'regression', params: {} },
        decode: ({ outputs }) => decodeValues(outputs, head.trained),
      }),
  },
  keypoints: {
    outputs: { keypoints: '[batch, labels, 2]', heatmaps: '[batch, labels, height, width]' },
    create: (head, manifest) =>
      defineHead({
        ...head,
        manifest: { ...manifest, task: 'keypoints', params: {} },
        decode: ({ outputs }) => decodeKeypoints(outputs, head.trained),
      }),
  },
  multilabel: {
    outputs: { label_logits: '[batch, labels]' },
    create: (head, manifest) =>
      defineHead({
        ...head,
        manifest: { ...manifest, task: 'multilabel', params: {} },
        decode: ({ outputs }) => decodeLabels(outputs, head.trained),
      }),
  },
};

/** A head by the standard rule of the task that its outputs tell; throws INVALID_MANIFEST where they tell none or two. */
export function standardHead(head: HeadParts, manifest: Described): Head {
  return RULES[taskOf(head.trained)].create(head, manifest);
}

function taskOf({ name, model }: TrainedModel): Task {
  const names = model.outputs.map((output) => output.name);
  const telling = names.filter((output) => TASKS.some((task) => tells(task, output)));
  if (telling.length > 1) {
    throw invalid(
      `The model "${name}" has ${telling.map((output) => `"${output}"`).join(' and ')}. A head without code is decoded by ` +
        'one of them: export it once for each, or write a decode function.',
    );
  }
  const task = TASKS.find((one) => telling.some((output) => tells(one, output)));
  if (task !== undefined) return task;
  throw invalid(
    `The model "${name}" has the outputs ${names.join(', ')}. A head without code needs ${sayOutputs()}. ` +
      'Any other needs a decode function: npm create @medzoo/head.',
  );
}

function tells(task: Task, output: string): boolean {
  return Object.hasOwn(RULES[task].outputs, output);
}

function sayOutputs(): string {
  const known = TASKS.flatMap((task) => Object.entries(RULES[task].outputs).map((output) => [task, ...output]));
  return known.map(([task, output, shape]) => `"${output}", float32 ${shape}, for ${task}`).join('; or ');
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
