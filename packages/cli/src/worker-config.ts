import { loadConfig } from '@medzoo/core';
import { withDecoders } from './decoders.js';

/** The config of a command's workers; this module's URL names the user's own: `worker-config.js?config=file:...`. */
const given = new URL(import.meta.url).searchParams.get('config');

export default withDecoders(
  given === null ? (await import('./built-in-config.js')).BUILT_IN_CONFIG : await loadConfig(new URL(given)),
);
