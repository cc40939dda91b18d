import { z } from 'zod';
import { closestName } from '../../contract/text/closest-name.js';
import { headManifest } from '../../contract/head/head-manifest.js';
import { ZooError, type Head } from '../../contract/index.js';
import { aName } from '../../contract/model/names/a-name.js';
import { trainedEncoder, trainedModel } from '../../contract/model/trained-model.js';
import { readGiven } from '../../contract/params/read-given.js';
import { sayMissing } from '../../contract/text/say-missing.js';
import { showValue } from '../../contract/text/show-value.js';
import { adviseToUpdate, listFaults, type Fault } from '../../contract/model/schema/strict-object.js';

const encoder = z.object({ id: aName, trained: trainedEncoder }).readonly();
const aFunction = z.custom<(...given: never) => unknown>((value) => typeof value === 'function', 'must be a function');

const parts = { manifest: headManifest, encoder, trained: trainedModel, decode: aFunction };
const optional = { feeds: aFunction.optional() };
const head = z.object({ ...parts, ...optional });
const NAMES = Object.keys({ ...parts, ...optional });

/**
 * A head as a config has it, which may have been written without TypeScript; throws INVALID_MANIFEST, which names the
 * path of each fault. Its data is copied and frozen: what is done to the given one afterwards, or to what a zoo shows
 * of it, changes no answer.
 */
export function parseHead(given: unknown, index: number): Head {
  const at = `heads[${index}]`;
  return readGiven(at, () => parse(given, at), 'INVALID_MANIFEST');
}

function parse(given: unknown, at: string): Head {
  if (typeof given !== 'object' || given === null) throw invalid(`${at} must be a head; got ${showValue(given)}.`);
  if (given instanceof Promise) throw invalid(`${at} must be a head; got a promise. Write \`await\` before it.`);
  const faults = findMisspelt(given);
  const { success, data, error } = head.safeParse(given, { error: sayMissing });
  if (!success) faults.push(...listFaults(error, '(head)'));
  if (!success || faults.length > 0) {
    const lines = faults.map(({ path, message }) => `${path}: ${message}`);
    const advice = success ? '' : adviseToUpdate(error);
    throw new ZooError('INVALID_MANIFEST', `${nameOf(given, at)} is not valid. ${lines.join('; ')}.${advice}`, {
      details: { head: at, issues: faults.map((fault) => ({ ...fault })) },
    });
  }
  const { manifest, encoder, trained } = data;
  const functions = given as Head; // both were found to be functions, or not to be there
  return Object.freeze<Head>({
    manifest,
    encoder,
    trained,
    ...(functions.feeds && { feeds: (input) => functions.feeds!(input) }),
    decode: (input) => functions.decode(input),
  });
}

/**
 * A head may carry more than a zoo reads, but not a `feed` in the place of `feeds`, which would be left out without a
 * word.
 */
function findMisspelt(given: object): Fault[] {
  return Object.keys(given).flatMap((key) => {
    const meant = NAMES.includes(key) ? undefined : closestName(key, NAMES);
    return meant === undefined ? [] : [{ path: key, message: `there is no field "${key}". Did you mean "${meant}"?` }];
  });
}

function nameOf(given: object, at: string): string {
  const id: unknown = (given as { readonly manifest?: { readonly id?: unknown } | null }).manifest?.id;
  return typeof id === 'string' ? `The head ${showValue(id)} (${at})` : `The head ${at}`;
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
