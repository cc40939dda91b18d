import type { Domain, Head, LabelledDomain, Tensor } from '../contract/index.js';
import type { EncoderDomain } from '../contract/model/domain-spec.js';
import { digestOfDirections, findEncoderDomain } from './encoder-domains.js';
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
  const locates = new Map<string, LocateOnce>();
  const judges = new Map(heads.map((head) => [head.manifest.id, createJudges(head, locates)] as const));
  return ({ manifest }, embedding) => {
    const all = judges.get(manifest.id) ?? [];
    return toImageDomains(all.map(({ labels, judge, locate }) => ({ ...labels, ...judge(locate(embedding)) })));
  };
}

interface LabelledJudge {
  readonly labels: Pick<LabelledDomain, 'labels'>;
  readonly judge: JudgeDomain;
  readonly locate: LocateOnce;
}

/** `locates`: by encoder and directions, so that heads share them. */
function createJudges({ encoder, trained }: Head, locates: Map<string, LocateOnce>): readonly LabelledJudge[] {
  return (trained.domains ?? []).map((domain): LabelledJudge => {
    const against = findEncoderDomain(encoder.trained, domain);
    // A zoo has refused such a head. Without its domain it would answer about anything.
    if (!against) throw new Error(`The encoder "${encoder.id}" has not the domain that a head was fitted for.`);
    const key = `${encoder.id} ${digestOfDirections(against)}`;
    const locate = locates.get(key) ?? createLocateOnce(against);
    locates.set(key, locate);
    const labels = domain.labels ? { labels: domain.labels } : {};
    return { labels, judge: createJudgeDomain(domain), locate };
  });
}

type LocateOnce = (embedding: Embedding) => ImageLocation;

function createLocateOnce(domain: EncoderDomain): LocateOnce {
  const locate = createLocateImage(domain);
  const known = new WeakMap<Embedding, ImageLocation>();
  return (embedding) => {
    const location = known.get(embedding) ?? locate(embedding);
    known.set(embedding, location);
    return location;
  };
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
