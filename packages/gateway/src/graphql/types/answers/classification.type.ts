import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DomainType } from './domain.type.js';
import { ProvenanceType } from './provenance.type.js';

@ObjectType('Score')
export class ScoreType {
  @Field()
  readonly label!: string;

  @Field(() => Float)
  readonly probability!: number;
}

@ObjectType('PlausibleLabels', { description: 'Labels that cannot be ruled out at the error rate: a conformal set.' })
export class PlausibleLabelsType {
  @Field(() => [String])
  readonly labels!: readonly string[];

  @Field(() => Float)
  readonly errorRate!: number;
}

@ObjectType('HeatMap', {
  description: 'What in the image speaks for the label: an 8-bit grey PNG over the image, of low resolution.',
})
export class HeatMapType {
  @Field()
  readonly url!: string;

  @Field(() => Int)
  readonly width!: number;

  @Field(() => Int)
  readonly height!: number;
}

@ObjectType('ClassificationAnswer')
export class ClassificationAnswerType {
  /** Not part of the schema: it tells the members of the union apart. */
  readonly task!: 'classification';

  @Field(() => ID)
  readonly headId!: string;

  @Field(() => ProvenanceType, { nullable: true })
  readonly provenance!: ProvenanceType | null;

  @Field({ description: 'The most probable label.' })
  readonly label!: string;

  @Field(() => [ScoreType], { description: 'Most probable first.' })
  readonly scores!: readonly ScoreType[];

  @Field(() => DomainType, { nullable: true, description: 'Null for a head that cannot say.' })
  readonly domain!: DomainType | null;

  @Field(() => PlausibleLabelsType, {
    nullable: true,
    description:
      'Null if the model is not calibrated, or the image is out of its domain or of another modality: the error rate ' +
      'would not hold.',
  })
  readonly plausible!: PlausibleLabelsType | null;

  @Field(() => HeatMapType, { nullable: true, description: 'Null if the head makes none.' })
  readonly heatMap!: HeatMapType | null;
}
