import { Field, Float, ID, ObjectType } from 'type-graphql';
import { DomainType } from './domain.type.js';
import { ProvenanceType } from './provenance.type.js';

@ObjectType('LabelScore', { description: 'Whether an image has a label, whatever other labels it has.' })
export class LabelScoreType {
  @Field({ description: 'A label of the head.' })
  readonly label!: string;

  @Field(() => Float, { description: '0..1, whatever those of the others are.' })
  readonly probability!: number;

  @Field(() => Float, { description: 'The probability from which the image counts as having the label.' })
  readonly threshold!: number;
}

@ObjectType('MultilabelAnswer', { description: 'Which of its labels a head finds in an image: none, one or several.' })
export class MultilabelAnswerType {
  /** Not part of the schema: it tells the members of the union apart. */
  readonly task!: 'multilabel';

  @Field(() => ID, { description: 'The head that answers.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { description: 'How the answer came to be.' })
  readonly provenance!: ProvenanceType;

  @Field(() => [String], {
    description: 'Those whose probability reaches their threshold, most probable first; none may be, or several.',
  })
  readonly labels!: readonly string[];

  @Field(() => [LabelScoreType], { description: 'Of all labels, most probable first; they need not sum to 1.' })
  readonly scores!: readonly LabelScoreType[];

  @Field(() => DomainType, { nullable: true, description: 'Null for a head that cannot say.' })
  readonly domain!: DomainType | null;
}
