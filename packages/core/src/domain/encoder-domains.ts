import { createHash } from 'node:crypto';
import type { EncoderDomain, HeadDomain } from '../contract/model/domain-spec.js';
import type { TrainedEncoder } from '../contract/index.js';

type Encoder = Pick<TrainedEncoder, 'domain' | 'furtherDomains'>;

/** All domains of an encoder, the usual one first. */
export function domainsOf({ domain, furtherDomains = [] }: Encoder): readonly EncoderDomain[] {
  return domain ? [domain, ...furtherDomains] : [];
}

/**
 * The encoder's domain that a head's domain was fitted for; undefined if it has none such. A head's domain that names no
 * directions, as files of before did not, is in those of the usual one.
 */
export function findEncoderDomain(encoder: Encoder, { projection }: HeadDomain): EncoderDomain | undefined {
  const all = domainsOf(encoder);
  return projection === undefined ? all[0] : all.find((domain) => digestOfDirections(domain) === projection);
}

/** What `projection` of a head's domain names: the bytes of the encoder's `center`, then of its `projection`. */
export function digestOfDirections({ center, projection }: EncoderDomain): string {
  const hash = createHash('sha256');
  for (const numbers of [center, projection]) hash.update(Buffer.from(numbers, 'base64'));
  return hash.digest('hex');
}
