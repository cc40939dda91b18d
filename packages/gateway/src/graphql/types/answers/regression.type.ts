import { Field, Float, ID, ObjectType } from 'type-graphql';
import { DomainType } from './domain.type.js';
import { ProvenanceType } from './provenance.type.js';

@ObjectType('PredictionInterval', {
  description: 'Where the true value lies in at least the share `coverage` of images like those it was calibrated on.',
})
export class PredictionIntervalType {
  @Field(() => Float, { description: 'In the `unit` of the quantity.' })
  readonly lower!: number;

  @Field(() => Float, { description: 'In the `unit` of the quantity.' })
  readonly upper!: number;

  @Field(() => Float, { description: 'Above 0, below 1.' })
  readonly coverage!: number;
}

@ObjectType('PredictedQuantity', { description: 'A number that was read off the image.' })
export class PredictedQuantityType {
  @Field({ description: 'What was read off, such as bone age.' })
  readonly label!: string;

  @Field(() => Float, { description: 'In `unit`.' })
  readonly value!: number;

  @Field({ description: "In UCUM's symbols: mo, mm, %; 1 for a number without one." })
  readonly unit!: string;

  @Field({ description: 'The unit for a person: months, mm²; empty for a number without one.' })
  readonly unitName!: string;

  @Field(() => PredictionIntervalType, {
    nullable: true,
    description: 'Null if the model is not calibrated, or the image is out of its domain: the coverage would not hold.',
  })
  readonly interval!: PredictionIntervalType | null;
}

@ObjectType('RegressionAnswer', { description: 'Numbers that a head read off an image.' })
export class RegressionAnswerType {
  /** Not part of the schema: it tells the members of the union apart. */
  readonly task!: 'regression';

  @Field(() => ID, { description: 'The head that answers.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { description: 'How the answer came to be.' })
  readonly provenance!: ProvenanceType;

  @Field(() => [PredictedQuantityType], { description: 'One for each label of the head.' })
  readonly values!: readonly PredictedQuantityType[];

  @Field(() => DomainType, { nullable: true, description: 'Null for a head that cannot say.' })
  readonly domain!: DomainType | null;
}
