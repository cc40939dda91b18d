import { sayReason } from '../answers/say-reason.js';
import type { OfferedFile } from '../requests/ask-gateway.js';
import { createElement } from './create-element.js';

const NAMES: Readonly<Record<string, string>> = {
  SEG: 'DICOM SEG',
  RTSTRUCT: 'RTSTRUCT',
  SR: 'Report (DICOM SR)',
  NIFTI: 'NIfTI',
  GEOJSON: 'GeoJSON',
  CSV: 'CSV',
};

/** Links to a head's answer as files, after `words`; for one that cannot be, why not. */
export function createDownloads(files: readonly OfferedFile[], words = 'Download: '): HTMLElement {
  const links = files.flatMap(({ format, url }) =>
    url === null ? [] : [createElement('a', { href: url, download: true }, NAMES[format] ?? format), ' '],
  );
  const missing = files.find(({ reason }) => reason !== null);
  return createElement(
    'div',
    { class: 'downloads small' },
    ...(links.length > 0 ? [createElement('p', {}, words, ...links)] : []),
    ...(missing
      ? [
          createElement(
            'p',
            { class: 'soft' },
            `No ${NAMES[missing.format] ?? missing.format}: ${sayReason(missing.reason!)}`,
          ),
        ]
      : []),
  );
}
