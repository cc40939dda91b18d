import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DomainType } from './domain.type.js';
import { ProvenanceType } from './provenance.type.js';

@ObjectType('Score', { description: 'A class and its probability.' })
export class ScoreType {
  @Field({ description: 'A label of the head.' })
  readonly label!: string;

  @Field(() => Float, { description: '0..1; those of one answer sum to 1.' })
  readonly probability!: number;
}

@ObjectType('PlausibleLabels', { description: 'Labels that cannot be ruled out at the error rate: a conformal set.' })
export class PlausibleLabelsType {
  @Field(() => [String], {
    description: 'Those that are not ruled out; several where the model does not know, none where no label fits.',
  })
  readonly labels!: readonly string[];

  @Field(() => Float, {
    description: '0..1: the share of images of its own kind whose true label such a list leaves out.',
  })
  readonly errorRate!: number;
}

@ObjectType('HeatMap', {
  description: 'What in the image speaks for the label: an 8-bit grey PNG over the image, of low resolution.',
})
export class HeatMapType {
  @Field({ description: 'Link to the PNG. Stretch it over the whole image, smoothly.' })
  readonly url!: string;

  @Field(() => Int, { description: 'Of the PNG, in its own pixels: such as 16, far fewer than the image has.' })
  readonly width!: number;

  @Field(() => Int, { description: 'Of the PNG, in its own pixels.' })
  readonly height!: number;
}

@ObjectType('ClassificationAnswer', { description: 'Which one of its classes a head takes an image for.' })
export class ClassificationAnswerType {
  /** Not part of the schema: it tells the members of the union apart. */
  readonly task!: 'classification';

  @Field(() => ID, { description: 'The head that answers.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { description: 'How the answer came to be.' })
  readonly provenance!: ProvenanceType;

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
