import { createHash } from 'node:crypto';
import type { EncoderDomain, HeadDomain } from '../contract/model/domain-spec.js';
import type { TrainedEncoder } from '../contract/index.js';

type Encoder = Pick<TrainedEncoder, 'domain' | 'furtherDomains'>;

/** All domains of an encoder, the usual one first. */
export function domainsOf({ domain, furtherDomains = [] }: Encoder): readonly EncoderDomain[] {
  return domain ? [domain, ...furtherDomains] : [];
}

/**
 * The encoder's domain that a head's domain was fitted for; undefined if it has none such. Where a head's domain names no
 * directions, as in older files, it is the usual one.
 */
export function findEncoderDomain(encoder: Encoder, { projection }: HeadDomain): EncoderDomain | undefined {
  const all = domainsOf(encoder);
  return projection === undefined ? all[0] : all.find((domain) => digestOfDirections(domain) === projection);
}

/** A head may have a domain for each of many labels, and each is looked up. */
const digests = new WeakMap<EncoderDomain, string>();

/** What `projection` of a head's domain names: the bytes of the encoder's `center`, then of its `projection`. */
export function digestOfDirections(domain: EncoderDomain): string {
  const known = digests.get(domain);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const numbers of [domain.center, domain.projection]) hash.update(Buffer.from(numbers, 'base64'));
  const digest = hash.digest('hex');
  digests.set(domain, digest);
  return digest;
}
