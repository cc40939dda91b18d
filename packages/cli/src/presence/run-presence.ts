import { createZoo, takesPrompts, type HeadDescription, type Zoo, type ZooConfig } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { checkHeadIds } from '../heads.js';
import type { DataSet, Row } from '../evaluation/set/data-set.js';
import type { Evaluation } from '../evaluation/run-evaluation.js';
import type { TargetReport } from '../evaluation/report/report.type.js';
import { scoreRows, type OnProgress, type Scored } from '../evaluation/score/score-rows.js';
import { distinct } from '../evaluation/set/select-rows.js';
import { toReport } from '../evaluation/report/to-report.js';
import { describeAssumptions } from '../truth/assumption.js';
import { arrangeSets, targetsOf, type Arrangement, type Assignments } from './arrange-sets.js';
import { saysPresence } from './presence-by-task.js';
import { presenceMetrics, takeSides, type Sides } from './presence-metrics.js';
import { readSets } from './read-sets.js';
import { scorePresence, type PresenceScore } from './score-presence.js';

export interface PresenceOptions extends Assignments {
  readonly config: ZooConfig;
  /** A folder of sets. */
  readonly data: string;
  readonly head: string | undefined;
  readonly split: string;
  /** Of each set. */
  readonly limit: number | undefined;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

interface AskedImage extends Scored {
  readonly scores: readonly PresenceScore[];
}

/** Asks a segmentation head whether its targets are in the images of several sets, and measures how well it knows. */
export async function runPresence(options: PresenceOptions): Promise<Evaluation> {
  const { config, data, split, seed, onProgress } = options;
  const { decoders, limits } = config;
  const { name, sets, warnings: told } = await readSets(data, config.heads, { ...options, excludedLabels: [] });
  const zoo = await createZoo({ ...config, cacheBytes: 0, warmUp: false });
  try {
    const head = chooseHead(zoo.heads, options.head);
    const { arrangements, warnings: others } = arrange(head, sets, options);
    const warnings = [...told, ...others];
    const setOf = new Map(sets.flatMap((set) => set.rows.map((row) => [row, set.name] as const)));
    const ask = async (row: Row): Promise<AskedImage> => {
      const scores = await scorePresence(zoo, head, setOf.get(row)!, row, { decoders, limits });
      return { row, provenance: scores[0]!.provenance, scores };
    };
    const { scores: asked, failed } = await scoreRows([...setOf.keys()], ask, onProgress);
    const scores = asked.flatMap((one) => one.scores);
    const sides = mapValues(arrangements, (sets) => takeSides(scores, sets));
    const report = toReport(
      {
        head,
        target: null,
        prompt: null,
        scores: asked,
        answered: asked,
        failed,
        n_empty: null,
        n_refused: null,
        labels: null,
        metrics: presenceMetrics(scores, sides, head.trained.presenceThresholds, seed),
        presence: mapValues(arrangements, (sets, target) => reportTarget(sets, sides[target]!)),
      },
      { dataset: name, split, seed, excluded_labels: [], out_of_domain: 'warn' },
    );
    warnings.push(...describeAssumptions(scores.filter(({ kind }) => kind === 'image')));
    return { report, because: `its ${sets.length} sets: ${sets.map((set) => set.name).join(', ')}`, warnings };
  } finally {
    await zoo.close();
  }
}

function chooseHead(heads: Zoo['heads'], asked: string | undefined): HeadDescription {
  checkHeadIds(heads, asked === undefined ? [] : [asked]);
  const fitting = heads.filter(
    ({ manifest }) =>
      saysPresence(manifest.task) && !takesPrompts(manifest) && (asked === undefined || manifest.id === asked),
  );
  const [head, ...others] = fitting;
  if (!head)
    throw new CommandError('Presence is measured of a head that segments without prompts; the config has none.');
  if (others.length === 0) return head;
  const ids = fitting.map(({ manifest }) => manifest.id).join(', ');
  throw new CommandError(`Several heads segment without prompts: ${ids}. Choose one with --head ID.`);
}

/** What each set means for each target that some set shows. */
function arrange(head: HeadDescription, sets: readonly DataSet[], assignments: Assignments) {
  const { labels } = head.trained;
  const targets = targetsOf(head, sets);
  checkAssignments(labels, sets, assignments);
  const warnings = sets
    .filter((set) => set.hasMasks && !targets.has(set.name))
    .map((set) => `${set.name}: its names tell no target of the head; its images count as showing none.`);
  const shown = labels.filter((label) => [...targets.values()].includes(label));
  const missing = labels.filter((label) => !shown.includes(label));
  if (shown.length === 0) throw new CommandError(`No set has masks of ${labels.join(', ')}.`);
  if (missing.length > 0) warnings.push(`No set has masks of ${missing.join(', ')}: not measured.`);
  const arrangements = Object.fromEntries(
    shown.map((label) => [label, arrangeSets(label, sets, targets, assignments)] as const),
  );
  return { arrangements, warnings };
}

function checkAssignments(labels: readonly string[], sets: readonly DataSet[], { shows, near }: Assignments): void {
  const names = sets.map(({ name }) => name);
  for (const { target, set } of [...shows, ...near]) {
    if (!labels.includes(target))
      throw new CommandError(`There is no target "${target}". There are ${labels.join(', ')}.`);
    if (!names.includes(set)) throw new CommandError(`There is no set "${set}". There are ${names.join(', ')}.`);
  }
}

function reportTarget(sets: Arrangement, sides: Sides): TargetReport {
  const images = mapValues(sides, (side) => side.size);
  const groups = distinct([...sides.positive].map(({ row }) => row.group)).length;
  return { sets, images, n_positive_groups: groups };
}

function mapValues<K extends string, V, W>(record: Readonly<Record<K, V>>, map: (value: V, key: K) => W): Record<K, W> {
  const entries = (Object.entries(record) as [K, V][]).map(([key, value]) => [key, map(value, key)] as const);
  return Object.fromEntries(entries) as Record<K, W>;
}
