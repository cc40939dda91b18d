import type { Encoder, Head, Metric, ParamSpec, TrainedModel } from '@medzoo/core/contract';

/** A Markdown table; a cell's line breaks and bars are taken out. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/[|\n]/g, ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const NAMES: Readonly<Record<string, string>> = {
  dice: 'Dice',
  iou: 'IoU',
  accuracy: 'accuracy',
  balanced_accuracy: 'balanced accuracy',
  macro_f1: 'macro F1',
  auroc: 'AUROC',
  ece: 'expected calibration error',
};

function metricRow({ name, value, interval95, dataset, split, n }: Metric): string[] {
  const interval = interval95 ? ` [${interval95.map((bound) => bound.toFixed(3)).join(', ')}]` : '';
  return [NAMES[name] ?? name, `${value.toFixed(3)}${interval}`, dataset, split, String(n)];
}

function paramRow([name, spec]: readonly [string, ParamSpec]): string[] {
  const range = 'min' in spec ? `, ${spec.min ?? '…'} to ${spec.max ?? '…'}` : '';
  const options = 'options' in spec ? `, one of ${spec.options.join(', ')}` : '';
  const fallback = 'default' in spec ? String(spec.default) : spec.type === 'labels' ? 'all' : 'none';
  return [`\`${name}\``, `${spec.type}${range}${options}`, fallback, spec.description];
}

/** What a model file says: the facts that only the exporter writes. */
function renderTrained({
  name,
  version,
  model,
  labels,
  metrics,
  trainedOn,
  licence,
  calibration,
}: TrainedModel): string {
  const facts = [
    ['model', `${name} ${version}`],
    ['weights', `${(model.bytes / 1e6).toFixed(2)} MB, SHA-256 \`${model.sha256}\``],
    ...(labels.length > 0 ? [['labels', labels.join(', ')]] : []),
    ['licence', licence],
    ...(calibration
      ? [
          [
            'calibration',
            `temperature ${calibration.temperature}` +
              (calibration.conformal
                ? `; class-conditional conformal sets at an error rate of ${calibration.conformal.errorRate}, from ${calibration.conformal.n} validation images`
                : ''),
          ],
        ]
      : []),
  ];
  const data = trainedOn.map(({ dataset, licence: terms, n }) => [dataset, terms, String(n)]);
  const parts = [table(['fact', ''], facts)];
  if (data.length > 0) parts.push('Trained on:', table(['data set', 'licence as stated', 'images'], data));
  if (metrics.length > 0) {
    parts.push(
      'Measured with medzoo itself (`npm run evaluate`), with bootstrap 95 % intervals:',
      table(['metric', 'value', 'data set', 'split', 'n'], metrics.map(metricRow)),
    );
  }
  return parts.join('\n\n');
}

/** The part of a head's README that is made from its manifest and its model file. */
export function renderHead({ manifest, encoder, trained }: Head): string {
  const { id, title, task, modalities, intendedUse, params } = manifest;
  return [
    `### ${title} (\`${id}\`)`,
    intendedUse,
    `Task: ${task}. Modalities: ${modalities.join(', ')}. Runs on the encoder \`${encoder.id}\` (SHA-256 \`${encoder.trained.model.sha256.slice(0, 12)}…\`).`,
    table(['param', 'type', 'default', 'meaning'], Object.entries(params).map(paramRow)),
    renderTrained(trained),
  ].join('\n\n');
}

/** As `renderHead`, for an encoder. */
export function renderEncoder({ id, trained }: Encoder): string {
  return [`### Encoder (\`${id}\`)`, renderTrained(trained)].join('\n\n');
}
