import { didYouMean } from '@medzoo/core';
import { EXPORT_FORMATS, type ExportFormat } from '@medzoo/export';
import { CommandError } from '../../command-error.js';

/** "seg,geojson" as a list, each format once. */
export function parseFormats(text: string): ExportFormat[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names)].map((name) => {
    const found = EXPORT_FORMATS.find((format) => format === name);
    if (found !== undefined) return found;
    throw new CommandError(
      `There is no format "${name}". There are ${EXPORT_FORMATS.join(', ')}.${didYouMean(name, EXPORT_FORMATS)}`,
    );
  });
}
