import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatBytes } from '../contract/format-bytes.js';
import { completeOptions } from '../model/weights/weights-options.js';
import { checkHeads } from '../zoo/check-heads.js';
import { loadConfig } from '../zoo/load-config.js';
import { prefetchModels } from '../zoo/prefetch-models.js';
import { createProgressPrinter } from './print-progress.js';

/** `medzoo prefetch`: rejects with the first fault. */
export async function runPrefetch(config: string, output: NodeJS.WriteStream = process.stdout): Promise<void> {
  const zoo = await loadConfig(pathToFileURL(resolve(config)));
  checkHeads(zoo.heads);
  const printer = createProgressPrinter((text) => output.write(text), output.isTTY);
  await prefetchModels(zoo, { onProgress: (progress) => printer.print(progress) });
  const { files, bytes } = printer.total();
  output.write(
    `${files} files, ${formatBytes(bytes)}, are there and verified. Fetched ones are in ${completeOptions(zoo.weights).cacheFolder}\n`,
  );
}
