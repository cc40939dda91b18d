import { ZooError, type ImageDecoder } from '../../contract/index.js';
import { importDefault } from '../../zoo/config/import-default.js';
import { loadConfig } from '../../zoo/config/load-config.js';
import { decoderList, type ZooConfig } from '../../zoo/config/zoo-config.js';

/** Begins the argument that names the module of decoders for a config without any. */
const PREFIX = 'decoders=';

/** The arguments from which `loadWorkerConfig` reads again what a worker is started for. */
export function decodersArgument(decoders: URL | undefined): readonly string[] {
  return decoders ? [`${PREFIX}${decoders.href}`] : [];
}

/** The config at `location`, with the decoders that the arguments name unless it has its own. */
export async function loadWorkerConfig(location: URL, args: readonly string[]): Promise<ZooConfig> {
  const config = await loadConfig(location);
  const href = args.find((argument) => argument.startsWith(PREFIX))?.slice(PREFIX.length);
  if (config.decoders || href === undefined) return config;
  return { ...config, decoders: await loadDecoders(href) };
}

async function loadDecoders(href: string): Promise<readonly ImageDecoder[]> {
  const { success, data } = decoderList.safeParse(await importDefault(href));
  if (success) return data;
  throw new ZooError('INVALID_MANIFEST', `The module ${href} must have a list of decoders as its default export.`);
}
