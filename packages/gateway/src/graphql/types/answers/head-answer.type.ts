import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ANSWER_TYPES } from '../../answer-types.js';
import { JSONObject } from '../json-scalars.js';
import { DomainType } from './domain.type.js';
import { ProvenanceType } from './provenance.type.js';

@InputType('HeadRequest', { description: 'A head and what it is asked.' })
export class HeadRequestInput {
  @Field(() => ID, { description: 'Such as `automed`; `heads` lists them.' })
  readonly id!: string;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'Those that differ from their defaults, by the names in `Head.params`; null for none.',
  })
  readonly params?: Readonly<Record<string, unknown>> | null;
}

@ObjectType('HeadFailure', { description: 'A head that failed; the others answer.' })
export class HeadFailureType {
  @Field(() => ID, { description: 'The id that was asked for, also where there is no such head.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { nullable: true, description: 'Null if nothing ran.' })
  readonly provenance!: ProvenanceType | null;

  @Field({ description: 'Stable, such as INVALID_PARAM, UNKNOWN_HEAD or INFERENCE_FAILED; branch on it.' })
  readonly code!: string;

  @Field({ description: 'For a person: what was expected, what came and what to do.' })
  readonly message!: string;

  @Field(() => Boolean, { description: 'Whether the same request may well succeed a little later.' })
  readonly retryable!: boolean;
}

@ObjectType('OutOfDomain', {
  description: 'A head that does not answer, because the image is not of the kind that it was trained on.',
})
export class OutOfDomainType extends DomainType {
  @Field(() => ID, { description: 'The head that does not answer.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { description: 'How the refusal came to be.' })
  readonly provenance!: ProvenanceType;

  @Field({ description: 'OUT_OF_DOMAIN, as in the errors of HTTP.' })
  readonly code!: string;

  @Field({ description: 'For a person: what was expected, and what the image is most like.' })
  readonly message!: string;
}

export type AnswerType = InstanceType<(typeof ANSWER_TYPES)[keyof typeof ANSWER_TYPES]>;

export type HeadAnswer = AnswerType | OutOfDomainType | HeadFailureType;

export const HeadAnswerUnion = createUnionType({
  name: 'HeadAnswer',
  description: 'One member for each task, one for a head that refused the image, and one for a head that failed.',
  types: () => [...Object.values(ANSWER_TYPES), OutOfDomainType, HeadFailureType],
  resolveType: (answer) => {
    if ('task' in answer) return ANSWER_TYPES[answer.task];
    return 'nearest' in answer ? OutOfDomainType : HeadFailureType;
  },
});
