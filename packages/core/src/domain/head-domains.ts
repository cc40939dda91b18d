import type { Domain, Head, LabelledDomain, Tensor } from '../contract/index.js';
import { createJudgeDomain, type JudgeDomain } from './judge-domain.js';
import { createLocateImage, type ImageLocation } from './locate-image.js';

type Embedding = Tensor<'float32'>;

/** What a head says of an image: whether it is of the kind that the head was trained on. */
export interface ImageDomains {
  /** In the order of the model file; empty for a head without domains. */
  readonly all: readonly LabelledDomain[];
  /** Of one label, or of the head as a whole; undefined where the model file has none. */
  of(label?: string): Domain | undefined;
}

export type FindDomains = (head: Head, embedding: Embedding) => ImageDomains;

/**
 * Reads the domains of checked heads once. An image is located once for all heads of its encoder, however often it is
 * asked about while its embedding is kept.
 */
export function createFindDomains(heads: readonly Head[]): FindDomains {
  const domains = new Map(heads.map(({ encoder: { id, trained } }) => [id, trained.domain] as const));
  const locate = new Map([...domains].map(([id, domain]) => [id, createLocateOnce(domain)] as const));
  const judges = new Map(heads.map(({ manifest, trained }) => [manifest.id, createJudges(trained.domains)] as const));
  return ({ manifest, encoder }, embedding) => {
    const judge = judges.get(manifest.id) ?? [];
    const location = judge.length > 0 ? locate.get(encoder.id)?.(embedding) : undefined;
    return toImageDomains(location ? judge.map(({ labels, judge: one }) => ({ ...labels, ...one(location) })) : []);
  };
}

function createLocateOnce(
  domain: Head['encoder']['trained']['domain'],
): (embedding: Embedding) => ImageLocation | undefined {
  if (!domain) return () => undefined;
  const locate = createLocateImage(domain);
  const known = new WeakMap<Embedding, ImageLocation>();
  return (embedding) => {
    const location = known.get(embedding) ?? locate(embedding);
    known.set(embedding, location);
    return location;
  };
}

interface LabelledJudge {
  readonly labels: Pick<LabelledDomain, 'labels'>;
  readonly judge: JudgeDomain;
}

function createJudges(domains: Head['trained']['domains'] = []): readonly LabelledJudge[] {
  return domains.map((domain) => ({
    labels: domain.labels ? { labels: domain.labels } : {},
    judge: createJudgeDomain(domain),
  }));
}

function toImageDomains(all: readonly LabelledDomain[]): ImageDomains {
  return {
    all,
    of(label) {
      const found = all.find(({ labels }) => !labels || (label !== undefined && labels.includes(label)));
      if (!found) return undefined;
      const { score, threshold, inDomain, nearest } = found;
      return { score, threshold, inDomain, nearest };
    },
  };
}
