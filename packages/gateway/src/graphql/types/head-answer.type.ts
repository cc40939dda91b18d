import { GraphQLJSONObject } from 'graphql-scalars';
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ClassificationAnswerType } from './classification.type.js';
import { ProvenanceType } from './provenance.type.js';
import { SegmentationAnswerType } from './segmentation.type.js';

@InputType('HeadRequest')
export class HeadRequestInput {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLJSONObject, { nullable: true, description: 'Those that differ from their defaults, by name.' })
  readonly params?: Readonly<Record<string, unknown>> | null;
}

@ObjectType('HeadFailure', { description: 'A head that failed; the others answer.' })
export class HeadFailureType {
  @Field(() => ID)
  readonly headId!: string;

  @Field(() => ProvenanceType, { nullable: true, description: 'Null if nothing ran.' })
  readonly provenance!: ProvenanceType | null;

  @Field({ description: 'Stable; branch on it.' })
  readonly code!: string;

  @Field()
  readonly message!: string;

  @Field(() => Boolean, { description: 'Whether the same request may well succeed a little later.' })
  readonly retryable!: boolean;
}

export type HeadAnswer = SegmentationAnswerType | ClassificationAnswerType | HeadFailureType;

export const HeadAnswerUnion = createUnionType({
  name: 'HeadAnswer',
  description: 'One member for each task, and one for a head that failed.',
  types: () => [SegmentationAnswerType, ClassificationAnswerType, HeadFailureType] as const,
  resolveType: (answer) =>
    'masks' in answer ? SegmentationAnswerType : 'scores' in answer ? ClassificationAnswerType : HeadFailureType,
});
