import type { ImageMask, OutOfDomain } from '@medzoo/core';
import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import type { EnumOf } from '../enum-of.js';

/** Of the argument `outOfDomain`. */
export const IF_OUT_OF_DOMAIN =
  'What becomes of an image of another kind than the head, or a target of it, was trained on.';

export const OUT_OF_DOMAIN = { REFUSE: 'refuse', WARN: 'warn' } as const satisfies EnumOf<OutOfDomain>;

registerEnumType(OUT_OF_DOMAIN, {
  name: 'WhenOutOfDomain',
  description: 'What becomes of an image that is not of the kind a head was trained on.',
  valuesConfig: {
    REFUSE: { description: 'A classifier does not answer, and a target of a segmentation counts as absent.' },
    WARN: { description: 'All are answered, with `domain.inDomain` false: for a person who looks at every answer.' },
  },
});

export const ABSENT_BECAUSE = { PRESENCE: 'presence', DOMAIN: 'domain' } as const satisfies EnumOf<
  NonNullable<ImageMask['absentBecause']>
>;

registerEnumType(ABSENT_BECAUSE, {
  name: 'AbsentBecause',
  description: 'Why a mask is empty on purpose.',
  valuesConfig: {
    PRESENCE: {
      description:
        "`presence` is below the model's threshold for it. Out of domain the target may be there all the same.",
    },
    DOMAIN: { description: 'The image is not of the kind that the target was learnt on.' },
  },
});

@ObjectType('Domain', { description: 'Whether the image is of the kind that a head, or a target, was trained on.' })
export class DomainType {
  @Field(() => Float, {
    description:
      "How different the image is from the head's or the target's own images, compared with other kinds; higher is " +
      'more different. Not comparable between heads.',
  })
  readonly score!: number;

  @Field(() => Float, { description: 'The largest score that counts as in domain.' })
  readonly threshold!: number;

  @Field(() => Boolean, {
    description: 'Whether score <= threshold. Only then do the numbers hold that were measured for the model.',
  })
  readonly inDomain!: boolean;

  @Field({ description: 'What the image is most like of all that is known, such as "chest film of a child".' })
  readonly nearest!: string;
}

@ObjectType('LabelledDomain', { description: 'A domain, and the labels that it is about.' })
export class LabelledDomainType extends DomainType {
  @Field(() => [String], { nullable: true, description: 'Null for the head as a whole.' })
  readonly labels?: readonly string[];
}
