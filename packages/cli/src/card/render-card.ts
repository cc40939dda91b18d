import type { Encoder, Head, ParamSpec, TrainedModel } from '@medzoo/core/contract';
import { renderMetrics, renderObjects } from './card-metrics.js';
import { renderLimits, type SetWords } from './card-limits.js';
import { quoteArgument } from '../terminal/quote-argument.js';
import { DOMAIN_METRICS, sortMetrics } from './metric-kinds.js';
import { table } from './markdown-table.js';
import { renderVariants } from './render-variants.js';

function paramRow([name, spec]: readonly [string, ParamSpec]): string[] {
  const range = 'min' in spec ? `, ${spec.min ?? '…'} to ${spec.max ?? '…'}` : '';
  const options = 'options' in spec ? `, one of ${spec.options.join(', ')}` : '';
  const fallback = 'default' in spec ? String(spec.default) : spec.type === 'labels' ? 'all' : 'none';
  return [`\`${name}\``, `${spec.type}${range}${options}`, fallback, spec.description];
}

/**
 * Data sets that a model, or the encoder it runs on, learnt from and that are shared for research and education alone.
 */
export function researchOnlySets(...models: readonly Pick<TrainedModel, 'trainedOn'>[]): readonly string[] {
  const sets = models.flatMap(({ trainedOn }) => trainedOn).filter(({ licence }) => /\bresearch\b/i.test(licence));
  return [...new Set(sets.map(({ dataset }) => dataset))];
}

function renderFacts(
  { name, version, model, labels, licence, code }: TrainedModel,
  research: readonly string[],
): string {
  const why = `as are some of the images that it or its encoder learnt from (${research.join(', ')})`;
  const terms = research.length > 0 ? `${licence}; **research only**, ${why}` : licence;
  return table(
    ['fact', ''],
    [
      ['model', `${name} ${version}`],
      ['weights', `${(model.bytes / 1e6).toFixed(2)} MB, SHA-256 \`${model.sha256}\``],
      ...(labels.length > 0 ? [['labels', labels.join(', ')]] : []),
      ['licence', terms],
      ...(code ? [['trained and exported by', `commit \`${code}\``]] : []),
    ],
  );
}

function renderData({ trainedOn, initialisedFrom = [] }: TrainedModel): string[] {
  const rows = trainedOn.map(({ dataset, licence, n, source, grouping }) => [
    ...[dataset, source ?? '', licence, String(n), grouping ?? ''],
  ]);
  const first = initialisedFrom.map(({ name, source, licence }) => `${name} (${source}; ${licence})`);
  return [
    ...(first.length > 0 ? [`Training began with ${first.join(' and ')}.`] : []),
    ...(rows.length > 0
      ? [
          'Trained on the images below. Splits into train, val and test keep together what the last column ' +
            'says; models are chosen on val.',
          table(['data set', 'source', 'licence as stated', 'images', 'split by'], rows),
        ]
      : []),
  ];
}

function renderSpeed({ speed = [] }: TrainedModel): string[] {
  if (speed.length === 0) return [];
  const stages = [...new Set(speed.flatMap(({ medianMs }) => Object.keys(medianMs)))];
  const rows = speed.map(({ machine, provider, method, n, medianMs }) => [
    `${machine}; ${provider}`,
    ...stages.map((stage) => medianMs[stage]?.toFixed(1) ?? ''),
    `${method}; n ${n}`,
  ]);
  return ['#### Speed', 'Milliseconds by stage.', table(['machine', ...stages, 'how measured'], rows)];
}

/** How the reader of a card runs medzoo, and trains the head again. */
export interface CardWords {
  /** The commands, before their options. */
  readonly evaluate: string;
  readonly presence: string;
  /** What stands between a command and its options: '-- ' after npm run. */
  readonly separator: string;
  /** A sentence on where training is. */
  readonly training: string;
  /** What data sets hold, in words for a clinician. */
  readonly sets?: SetWords;
}

/** For a head's own package. */
const OWN_WORDS: CardWords = {
  evaluate: 'npx medzoo evaluate',
  presence: 'npx medzoo presence',
  separator: '',
  training: 'Training and export: `npm run embed -- --data DIR`, `npm run train`.',
};

/** The commands that measure a head's numbers again, on data laid out as packages/cli says. */
function renderCommands(head: string, trained: TrainedModel, words: CardWords): string[] {
  const { metrics, model } = trained;
  // Such masks are of one file, which holds a number for each target: only the data's owner knows it.
  const isExclusive = model.outputs.some(({ name }) => name === 'exclusive_masks');
  const commands = metrics.map(
    ({ name, label, dataset, split, prompt, corruption, falseRefusals, excludedLabels = [] }) =>
      name.startsWith('presence_')
        ? `${words.presence} ${words.separator}--data DATA --split ${split} --head ${head}`
        : [
            `${words.evaluate} ${words.separator}--data ${quoteArgument(`DATA/${dataset}`)}`,
            `--split ${split} --head ${head}`,
            ...(isExclusive && label !== undefined ? [`--mask-value ${quoteArgument(`VALUE=${label}`)}`] : []),
            ...(prompt ? [`--prompt ${prompt}`] : []),
            ...(corruption === undefined ? [] : ['--corrupt']),
            ...(falseRefusals === undefined && !DOMAIN_METRICS.includes(name) ? [] : ['--domain']),
            ...excludedLabels.map((label) => `--exclude-label ${quoteArgument(label)}`),
          ].join(' '),
  );
  if (commands.length === 0) return [];
  const text = `${words.training} The numbers above, with the data sets in the folder \`DATA\`:`;
  return ['#### How to reproduce', text, ['```text', ...new Set(commands), '```'].join('\n')];
}

export interface CardOptions {
  readonly words?: CardWords;
  /** Sections on what the head gets wrong, which come before its speed. */
  readonly failures?: readonly string[];
}

/** The part of a head's README that is made from its manifest and its model file. */
export function renderHeadCard(
  { manifest, encoder, trained }: Pick<Head, 'manifest' | 'encoder' | 'trained'>,
  { words = OWN_WORDS, failures = [] }: CardOptions = {},
): string {
  const { id, title, task, modalities, intendedUse, params } = manifest;
  const kinds = sortMetrics(trained);
  const began = encoder.trained.initialisedFrom?.map(({ name, licence }) => `${name} (${licence})`) ?? [];
  const runsOn = `Runs on the encoder \`${encoder.id}\` (SHA-256 \`${encoder.trained.model.sha256.slice(0, 12)}…\`)`;
  return [
    `### ${title} (\`${id}\`)`,
    `Intended use: ${intendedUse}`,
    `Task: ${task}. Modalities: ${modalities.join(', ') || 'not stated'}. ` +
      `${runsOn}${began.length > 0 ? `, whose training began with ${began.join(' and ')}` : ''}.`,
    ...(Object.keys(params).length > 0
      ? [table(['param', 'type', 'default', 'meaning'], Object.entries(params).map(paramRow))]
      : []),
    renderFacts(trained, researchOnlySets(trained, encoder.trained)),
    ...renderData(trained),
    ...renderMetrics(trained, kinds, words),
    ...renderObjects(kinds.objects),
    ...renderLimits(trained, kinds, words.sets),
    ...failures,
    ...renderVariants(trained, 'head'),
    ...renderSpeed(trained),
    ...renderCommands(id, trained, words),
  ].join('\n\n');
}

/** As `renderHeadCard`, for an encoder. */
export function renderEncoderCard({ id, trained }: Encoder, words: CardWords = OWN_WORDS): string {
  const facts = renderFacts(trained, researchOnlySets(trained));
  const parts = [
    facts,
    ...renderData(trained),
    ...renderMetrics(trained, sortMetrics(trained), words),
    ...renderVariants(trained, 'encoder'),
    ...renderSpeed(trained),
  ];
  return [
    `### Encoder (\`${id}\`)`,
    'Intended use: turning an image into the embedding that heads read, in research. Not for diagnosis.',
    ...parts,
  ].join('\n\n');
}
