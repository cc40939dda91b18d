import { didYouMean, ZooError, type Head } from '../../contract/index.js';
import { countBase64Floats as countFloats } from '../../contract/model/schema/base64-floats.js';
import type { EncoderDomain } from '../../contract/model/domain-spec.js';
import { digestOfDirections, domainsOf, findEncoderDomain } from '../../domain/encoder-domains.js';
import { cutName } from '../../contract/text/show-value.js';
import { refusesImages } from '../../tasks/index.js';

const FIT_AGAIN =
  'Run `medzoo embed` again on its images, and then medzoo-describe --embeddings EMB on its ONNX file, which fits ' +
  'the domain anew and leaves the weights as they are. Or install the release of the encoder that it was fitted for.';

/** Digits of a digest that tell two apart. */
const SHOWN = 12;

/**
 * Holds a head's domains against its task and its encoder's domain: distances in another projection would be numbers
 * without a meaning. Throws INVALID_MANIFEST, which says what to change.
 */
export function checkDomains(head: Head): void {
  const {
    manifest: { id },
    trained: { domains },
    encoder,
  } = head;
  if (!domains) return;
  const { domain, model } = encoder.trained;
  if (!domain) {
    throw invalid(
      `The head "${id}" has \`domains\` in its model file, which are measured against its encoder's \`domain\`, and ` +
        `"${encoder.id}" has none. Install the release of the encoder that the domains were fitted on, or take ` +
        'them out.',
    );
  }
  if (refusesImages(head) && domains.some(({ labels }) => labels !== undefined)) {
    throw invalid(
      `The head "${id}" has a domain for some of its labels; it answers about an image as a whole, so it has ` +
        'one domain, without `labels`.',
    );
  }
  const channels = model.outputs[0]?.shape[1];
  for (const one of domainsOf(encoder.trained)) {
    const pooled = countFloats(one.center) / 2;
    if (typeof channels !== 'number' || channels === pooled) continue;
    throw invalid(`The encoder "${encoder.id}" has ${channels} channels, and its \`domain\` is of ${pooled}.`);
  }
  for (const [index, ofHead] of domains.entries()) {
    const against = findEncoderDomain(encoder.trained, ofHead) ?? domain;
    const depth = countFloats(against.background.mean);
    const directions = digestOfDirections(against);
    const { own, covers, projection = directions } = ofHead;
    const found = countFloats(own[0]!.mean);
    const what = `domains[${index}] of the head "${id}"`;
    if (found !== depth) {
      throw invalid(
        `${what} is of ${found} dimensions, and the domain of its encoder "${encoder.id}" of ${depth}. ${FIT_AGAIN}`,
      );
    }
    if (projection !== directions) {
      throw invalid(
        `${what} was fitted for another \`domain\` of its encoder "${encoder.id}": for the directions ` +
          `${projection.slice(0, SHOWN)}, and those here are ${directions.slice(0, SHOWN)}. ${FIT_AGAIN}`,
      );
    }
    for (const name of covers) checkKnown(name, against, `domains[${index}].covers of the head "${id}"`);
  }
}

function checkKnown(name: string, { known }: EncoderDomain, where: string): void {
  const names = known.map((one) => one.name);
  if (names.includes(name)) return;
  throw invalid(
    `${where} names "${cutName(name)}", which its encoder does not know.${didYouMean(name, names)} It knows ` +
      `${names.join(', ') || 'none'}.`,
  );
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
