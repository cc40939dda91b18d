import type { Keypoint, Point } from '@medzoo/core';
import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DomainType } from './domain.type.js';
import { PointType } from '../point.type.js';
import { ProvenanceType } from './provenance.type.js';

type Absence = NonNullable<Keypoint['absentBecause']>;

const POINT_ABSENT_BECAUSE = { PRESENCE: 'presence', OUTSIDE: 'outside' } as const satisfies Record<string, Absence>;
registerEnumType(POINT_ABSENT_BECAUSE, {
  name: 'PointAbsentBecause',
  description: 'Why a point is not in the image.',
  valuesConfig: {
    PRESENCE: { description: "`presence` is below the model's threshold for it." },
    OUTSIDE: { description: 'The model places it outside of the image.' },
  },
});

@ObjectType('Keypoint', { description: 'A named place in the image.' })
export class KeypointType {
  @Field({ description: 'A label of the head.' })
  readonly label!: string;

  @Field(() => PointType, {
    nullable: true,
    description: 'In image pixels; null for a point that is not in the image.',
  })
  readonly point!: Point | null;

  @Field(() => PointType, {
    nullable: true,
    description: 'In mm, by what the file says of its pixels; null where it does not.',
  })
  readonly millimetres!: Point | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How sure the head is that it is in the image at all, 0..1; null for a head that does not say.',
  })
  readonly presence!: number | null;

  @Field(() => POINT_ABSENT_BECAUSE, { nullable: true, description: 'Null for a point that is there.' })
  readonly absentBecause!: Absence | null;
}

@ObjectType('KeypointsAnswer', { description: 'Named places that a head looked for.' })
export class KeypointsAnswerType {
  /** Not part of the schema: it tells the members of the union apart. */
  readonly task!: 'keypoints';

  @Field(() => ID, { description: 'The head that answers.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { description: 'How the answer came to be.' })
  readonly provenance!: ProvenanceType;

  @Field(() => [KeypointType], { description: 'One for each label of the head, whether it is in the image or not.' })
  readonly points!: readonly KeypointType[];

  @Field(() => DomainType, { nullable: true, description: 'Null for a head that cannot say.' })
  readonly domain!: DomainType | null;
}
