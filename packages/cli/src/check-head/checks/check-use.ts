import type { HeadFacts } from '../facts/head-facts.type.js';
import { error, ok, skipped, warning, type Finding } from '../finding.type.js';

/** As `npm create @medzoo/head` leaves it, and as a head without code has it whose author does not say it. */
const OPEN = /\b(to be decided|to decide|todo|tbd)\b|^its author does not say/i;

/** What people read of a head before they use it: nothing of it may be left to decide. */
export function checkUse({ head, hasCode }: HeadFacts): Finding[] {
  if (!head) return [skipped('intended use', 'There is no head to read it from.')];
  const { intendedUse, title, modalities } = head.manifest;
  const place = hasCode ? 'the manifest of the head, in src/' : '`manifest` of model.json';
  const open = Object.entries({ intendedUse, title }).filter(([, text]) => OPEN.test(text));
  return [
    open.length > 0
      ? error(
          'intended use',
          `${open.map(([field, text]) => `\`${field}\` is "${text}"`).join(', and ')}: people would read it in the ` +
            'gateway and in the card.',
          `Decide on it, and write it into ${place}.`,
        )
      : ok('intended use', intendedUse),
    modalities.length === 0
      ? warning(
          'modalities',
          'It does not say for which modalities it is, so no image is taken for one of another.',
          `Write the DICOM codes, such as ["DX"], into \`modalities\` of ${place}.`,
        )
      : ok('modalities', modalities.join(', ')),
  ];
}
