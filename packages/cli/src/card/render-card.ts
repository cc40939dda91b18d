import type { Encoder, Head, Metric, ParamSpec, TrainedModel } from '@medzoo/core/contract';
import type { Failures } from '@medzoo/cards';
import { renderMetrics } from './card-metrics.js';
import { table } from './markdown-table.js';
import { renderFailures } from './render-failures.js';

function paramRow([name, spec]: readonly [string, ParamSpec]): string[] {
  const range = 'min' in spec ? `, ${spec.min ?? '…'} to ${spec.max ?? '…'}` : '';
  const options = 'options' in spec ? `, one of ${spec.options.join(', ')}` : '';
  const fallback = 'default' in spec ? String(spec.default) : spec.type === 'labels' ? 'all' : 'none';
  return [`\`${name}\``, `${spec.type}${range}${options}`, fallback, spec.description];
}

/** Data sets that a model, or the encoder it runs on, learnt from and that are shared for research and education alone. */
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
          'Trained on the images below. Splits into train, val and test keep together what the last column says; models are chosen on val.',
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

/** The commands that measure a head's numbers again, on data laid out as packages/cli says. */
function renderCommands(head: string, metrics: readonly Metric[]): string[] {
  const commands = metrics.map(({ name, dataset, split, prompt, excludedLabels = [] }) =>
    name.startsWith('presence_')
      ? `npm run presence -- --data DATA --split ${split} --head ${head}`
      : [
          `npm run evaluate -- --data DATA/${dataset} --split ${split} --head ${head}`,
          ...(prompt ? [`--prompt ${prompt}`] : []),
          ...excludedLabels.map((label) => `--exclude-label ${label}`),
        ].join(' '),
  );
  if (commands.length === 0) return [];
  const words = 'Training and export: tools/train. The numbers above, with the data sets in the folder `DATA`:';
  return ['#### How to reproduce', words, ['```text', ...new Set(commands), '```'].join('\n')];
}

/** What a head gets wrong, and where the pictures of it lie, as seen from the document. */
export interface PicturedFailures {
  readonly failures: Failures;
  readonly folder: string;
}

/** The part of a head's README that is made from its manifest, its model file and its known failures. */
export function renderHead({ manifest, encoder, trained }: Head, pictured?: PicturedFailures): string {
  const { id, title, task, modalities, intendedUse, params } = manifest;
  const began = encoder.trained.initialisedFrom?.map(({ name, licence }) => `${name} (${licence})`) ?? [];
  const runsOn = `Runs on the encoder \`${encoder.id}\` (SHA-256 \`${encoder.trained.model.sha256.slice(0, 12)}…\`)`;
  return [
    `### ${title} (\`${id}\`)`,
    `Intended use: ${intendedUse}`,
    `Task: ${task}. Modalities: ${modalities.join(', ')}. ${runsOn}${began.length > 0 ? `, whose training began with ${began.join(' and ')}` : ''}.`,
    table(['param', 'type', 'default', 'meaning'], Object.entries(params).map(paramRow)),
    renderFacts(trained, researchOnlySets(trained, encoder.trained)),
    ...renderData(trained),
    ...renderMetrics(trained),
    ...(pictured ? renderFailures(pictured.failures, pictured.folder) : []),
    ...renderSpeed(trained),
    ...renderCommands(id, trained.metrics),
  ].join('\n\n');
}

/** As `renderHead`, for an encoder. */
export function renderEncoder({ id, trained }: Encoder): string {
  const facts = renderFacts(trained, researchOnlySets(trained));
  const parts = [facts, ...renderData(trained), ...renderMetrics(trained), ...renderSpeed(trained)];
  return [
    `### Encoder (\`${id}\`)`,
    'Intended use: turning an image into the embedding that heads read, in research. Not for diagnosis.',
    ...parts,
  ].join('\n\n');
}
