import { basename } from 'node:path';
import type { OnnxDescription } from '@medzoo/core';
import type { HeadFacts } from '../facts/head-facts.type.js';
import type { NamedFile, VariantFacts } from '../facts/read-variants.js';
import { error, ok, warning, type Finding } from '../finding.type.js';

const AGAIN = 'Make it again from this model, or take it out of `variants` in model.json.';

/**
 * The model's other files: that they are there as declared, have the tensors of the model, and need no file that is not
 * passed on with them. What they answer is for `testHead`.
 */
export function checkVariants({ variants, model, onnx }: HeadFacts): Finding[] {
  return variants.map((variant, index) => {
    const found =
      findFileFault(variant.file, 'its file') ??
      findGraphFault(variant, onnx) ??
      findDataFault(variant, model?.model.sha256);
    const check = `variant ${variant.precision}`;
    if (found !== undefined) return error(check, found, AGAIN);
    const taken = variants.slice(0, index).flatMap(({ providers }) => providers);
    if (variant.providers.every((provider) => taken.includes(provider))) {
      const which = `Variants above it are for ${variant.providers.join(' and ')} too, so it never runs.`;
      return warning(check, which, 'Put it above them in model.json, or take it out of `variants`.');
    }
    const lost = variant.gate.find(isFarOff);
    if (lost) {
      const { metric, dataset, before, after } = lost;
      const which = `Its gate says ${metric} ${after} on ${dataset}, and ${before} with the model: it is another.`;
      return warning(check, which, AGAIN);
    }
    const digest = variant.file.declared.slice(0, 12);
    return ok(check, `SHA-256 ${digest}…, ${sayWeights(variant)}${sayElsewhere(variant)}`);
  });
}

function findFileFault({ path, isInside, declared, digest }: NamedFile, what: string): string | undefined {
  if (path === undefined)
    return `${capitalised(what)} is not on this machine: lay it beside model.json, to be checked.`;
  if (digest === undefined) return `${capitalised(what)} is not where model.json names it.`;
  if (!isInside) return `${capitalised(what)} lies outside the folder of the head: others would not get it.`;
  if (digest === declared) return undefined;
  return `model.json declares the digest ${declared || 'none'} of ${what}, and it has ${digest}: it is of another export.`;
}

function findGraphFault({ onnx }: VariantFacts, reference: OnnxDescription | undefined): string | undefined {
  if (!onnx) return 'Its file is no ONNX file.';
  if (onnx.nanWeight !== undefined) return `Its weight "${onnx.nanWeight}" holds NaN.`;
  const [expected, found] = [reference, onnx].map((one) => one && sayTensors(one));
  if (expected === undefined || expected === found) return undefined;
  return `Its inputs and outputs must be those of the model, ${expected}; it has ${found}.`;
}

function findDataFault({ onnx, data }: VariantFacts, reference: string | undefined): string | undefined {
  const wanted = onnx?.externalData;
  if (wanted === undefined) return data && 'It names `data`, and takes no weights from another file.';
  if (!data) return `It takes weights from "${wanted}", and model.json names no \`data\` of it.`;
  const fault = findFileFault(data, 'the file of its `data`');
  if (fault !== undefined) return fault;
  if (basename(data.path!) === wanted) return undefined;
  const own = data.declared === reference ? ", the model's own file" : '';
  return `It takes weights from "${wanted}", and its \`data\` is "${basename(data.path!)}"${own}.`;
}

function sayWeights({ data }: VariantFacts): string {
  return data ? `with weights of ${basename(data.path!)}` : 'with weights of its own';
}

/** As far as `testHead` lets an answer be off. */
function isFarOff({ before, after }: VariantFacts['gate'][number]): boolean {
  return !(Math.abs(after - before) <= 0.05 * Math.max(1, Math.abs(before)));
}

/** The head's tests run on the CPU here. */
function sayElsewhere({ providers }: VariantFacts): string {
  if (providers.includes('cpu')) return '';
  return `; its answers are not compared here, since it is for ${providers.join(' and ')} alone`;
}

function sayTensors({ inputs, outputs }: OnnxDescription): string {
  return [...inputs, ...outputs].map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(', ')}]`).join('; ');
}

function capitalised(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
