import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { isZooError, ZooError } from '../../contract/index.js';
import { adviseOnTypeScript, importDefault } from './import-default.js';
import type { ZooConfig } from './zoo-config.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/**
 * The default export of a config module such as medzoo.config.mjs. Rejects with INVALID_MANIFEST, which says what to
 * write instead.
 */
export async function loadConfig(location: URL): Promise<ZooConfig> {
  const where = location.protocol === 'file:' ? fileURLToPath(location) : location.href;
  if (location.protocol === 'file:') {
    await access(location).catch((cause: unknown) => {
      throw invalid(`There is no config at ${where}. Write one there: ${EXAMPLE}.`, cause);
    });
  }
  const config = await importConfig(location.href, where);
  if (isConfig(config)) return config;
  throw invalid(`The config module ${where} must have \`${EXAMPLE}\`; it has ${describe(config)}.`);
}

const EXAMPLE = 'export default defineConfig({ heads: [...] })';

async function importConfig(url: string, where: string): Promise<unknown> {
  try {
    return await importDefault(url);
  } catch (cause) {
    if (isZooError(cause)) throw cause; // of a head that it names: it says more than that the module failed
    const why = describeThrown(cause) + adviseOnTypeScript(cause);
    throw invalid(`The config module ${where} cannot be loaded: ${why}`, cause);
  }
}

function isConfig(value: unknown): value is ZooConfig {
  if (typeof value !== 'object' || value === null || !('heads' in value)) return false;
  return Array.isArray(value.heads) && value.heads.every(isHead);
}

/** As far as a slip goes: a package's namespace, or a promise that nobody awaited, in the place of a head. */
function isHead(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'manifest' in value && 'encoder' in value && 'trained' in value;
}

function describe(value: unknown): string {
  if (value === undefined) return 'no default export';
  if (typeof value !== 'object' || value === null) return `the default export ${inspect(value)}`;
  if (!('heads' in value)) return 'a default export without heads';
  if (!Array.isArray(value.heads)) return 'heads that are no array';
  const index = value.heads.findIndex((head: unknown) => !isHead(head));
  const what = value.heads[index] instanceof Promise ? 'a promise: write `await` before it' : 'no head';
  return `heads of which number ${index + 1} is ${what}`;
}

function invalid(message: string, cause?: unknown): ZooError {
  return new ZooError('INVALID_MANIFEST', message, { cause });
}
