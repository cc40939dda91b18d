import { join, resolve } from 'node:path';
import {
  completeAnswers,
  findLabels,
  listUndecided,
  parseMaskValues,
  parseQuantities,
  readVersion,
  workspaceHeadFiles,
  type HeadAnswers,
  type Task,
} from '@medzoo/create-head';
import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';

/** As schema.json has them. */
export interface HeadOptions {
  readonly id: string;
  readonly task?: Task;
  readonly labels?: string;
  readonly data?: string;
  readonly title?: string;
  readonly modality?: string;
  readonly intendedUse?: string;
  readonly dataLicence?: string;
  readonly maskValues?: string;
  readonly quantities?: string;
  readonly separator?: string;
  readonly leaveOut?: string;
}

const FOLDER = 'packages';
/** From the head's folder. Editable: a copy in the head's environment would not follow changes of the trainer. */
const TRAINER = '--editable ../../tools/medzoo-train';

/**
 * `npx nx g @medzoo/tools:head ID`: writes packages/ID by the same templates as `npm create @medzoo/head`. Nothing else
 * in the repository has to be edited: lint, tests, builds and cards find heads by their tag. Rejects where the folder
 * is there already.
 */
export async function createHeadPackage(tree: Tree, options: HeadOptions): Promise<GeneratorCallback> {
  const answers = await toAnswers(options);
  const folder = join(FOLDER, answers.id);
  if (tree.exists(folder)) throw new Error(`${folder} is there already. Choose another id, or delete it.`);
  for (const [path, content] of Object.entries(workspaceHeadFiles(answers))) {
    tree.write(join(folder, path), Buffer.from(content));
  }
  await formatFiles(tree);
  return () => {
    console.log(
      [
        `The head "${answers.id}" is in ${folder}. Its weights are random until you train it.`,
        'Run `npm install`, which links it, and `npm run build`.',
        'Still to be decided:',
        ...listUndecided(answers).map((line) => `  - ${line}`),
      ].join('\n'),
    );
  };
}

async function toAnswers(options: HeadOptions): Promise<HeadAnswers> {
  const { id, task, labels, data, title, modality, intendedUse, dataLicence, maskValues, separator } = options;
  const list = (text: string | undefined): readonly string[] | undefined => text?.split(',').map((one) => one.trim());
  const said = {
    ...{ id, task, title, intendedUse, dataLicence, separator },
    labels: list(labels),
    modalities: list(modality),
    licence: 'Apache-2.0',
    packageName: `@medzoo/${id}`,
    maskValues: maskValues === undefined ? undefined : parseMaskValues(maskValues),
    quantities: options.quantities === undefined ? undefined : parseQuantities(options.quantities),
    leaveOut: list(options.leaveOut),
    trainPackage: TRAINER,
  };
  const found = await findLabels(said, data === undefined ? undefined : resolve(data));
  return completeAnswers({ ...said, labels: found }, readVersion());
}
