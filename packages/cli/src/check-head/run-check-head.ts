import { relative } from 'node:path';
import { samMed2dTiny } from '@medzoo/sam-med2d';
import { checkPackage } from './check-package.js';
import { checkCard } from './checks/check-card.js';
import { checkEncoder } from './checks/check-encoder.js';
import { checkGolden } from './checks/check-golden.js';
import { checkKnowledge } from './checks/check-knowledge.js';
import { checkLabels } from './checks/check-labels.js';
import { checkModelFile } from './checks/check-model-file.js';
import { checkOnnx } from './checks/check-onnx.js';
import { checkOutputs } from './checks/check-outputs.js';
import { checkUse } from './checks/check-use.js';
import { checkVariants } from './checks/check-variants.js';
import { findModels } from './facts/find-models.js';
import { error, skipped, type Finding } from './finding.type.js';
import { gatherFacts } from './facts/gather-facts.js';
import type { HeadFacts } from './facts/head-facts.type.js';
import { importHeads, readPackage } from './facts/import-heads.js';
import { listWeights } from './facts/read-variants.js';
import { runHeadTests } from './run-head-tests.js';

/** What is said of one head. */
export interface HeadReport {
  /** By its manifest, else the model's name, else the place of its model file. */
  readonly head: string;
  /** From the folder that was checked. */
  readonly modelFile: string;
  readonly findings: readonly Finding[];
}

export interface CheckReport {
  /** Whether nothing is an error. */
  readonly isReady: boolean;
  readonly package: { readonly name: string | null; readonly findings: readonly Finding[] };
  readonly heads: readonly HeadReport[];
}

/**
 * Checks the heads of a folder and the package that they are in. Rejects with a CommandError where there is no head at
 * all.
 */
export async function runCheckHead(folder: string): Promise<CheckReport> {
  const modelFiles = await findModels(folder);
  const packageJson = await readPackage(folder);
  const imported = await importHeads(folder, packageJson);
  const heads: HeadReport[] = [];
  const weights: string[] = [];
  for (const modelFile of modelFiles) {
    const facts = await gatherFacts(folder, modelFile, imported);
    weights.push(...listWeights(folder, modelFile, facts.model));
    heads.push({
      head: nameOf(facts),
      modelFile: relative(folder, modelFile).replaceAll('\\', '/'),
      findings: await judge(facts),
    });
  }
  const findings = [
    ...(await checkPackage(folder, packageJson, { modelFiles, weights })),
    ...(packageJson ? [await checkCard(folder, imported.heads)] : []),
  ];
  const all = [...findings, ...heads.flatMap((one) => one.findings)];
  return {
    isReady: all.every(({ level }) => level !== 'error'),
    package: { name: packageJson?.name ?? null, findings },
    heads,
  };
}

function nameOf({ head, model }: HeadFacts): string {
  if (head) return head.manifest.id;
  return model === undefined || model.name === '' ? 'head' : model.name;
}

async function judge(facts: HeadFacts): Promise<Finding[]> {
  const ofFiles = [
    ...checkModelFile(facts),
    ...checkOnnx(facts),
    checkLabels(facts),
    ...checkEncoder(facts, samMed2dTiny),
    ...checkOutputs(facts),
    checkGolden(facts),
    ...checkVariants(facts),
  ];
  const hasErrors = ofFiles.some(({ level }) => level === 'error');
  return [...ofFiles, ...(await checkBehaviour(facts, hasErrors)), ...checkUse(facts), ...checkKnowledge(facts)];
}

const IN_CODE = 'Correct `feeds` or `decode` of the head, or export it again; npm test shows the whole message.';
const ABOVE = 'Mend what stands above first, then run this again: this may only follow from it.';

async function checkBehaviour(
  { head, headFault, modelFault, trialFault, goldenFile }: HeadFacts,
  hasErrors: boolean,
): Promise<Finding[]> {
  if (head && trialFault !== undefined) return [skipped('behaviour', 'It is not tested before the model runs.')];
  if (head) return runHeadTests(head, goldenFile, hasErrors ? ABOVE : IN_CODE);
  if (modelFault !== undefined) return [skipped('behaviour', 'It is not tested before model.json is valid.')];
  const fix = hasErrors ? ABOVE : 'Correct it, then run this again.';
  return [error('behaviour', headFault ?? 'The head cannot be loaded.', fix)];
}
