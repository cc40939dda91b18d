import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('Negatives', { description: 'Images without a label; the hard ones look like those with it.' })
export class NegativesType {
  @Field({
    description:
      'other: of other sets. Hard: background beside the label, empty masks of its own sets, near sets of its ' +
      'modality.',
  })
  readonly kind!: string;

  @Field(() => [String])
  readonly sets!: readonly string[];

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;
}

@ObjectType('Metric', { description: 'How good a model was, on which images, and how sure that is.' })
export class MetricType {
  @Field()
  readonly name!: string;

  @Field(() => Float)
  readonly value!: number;

  @Field(() => [Float], { nullable: true, description: 'Lower and upper end of the 95 % confidence interval.' })
  readonly interval95?: readonly [number, number];

  @Field()
  readonly dataset!: string;

  @Field()
  readonly split!: string;

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;

  @Field(() => String, { nullable: true, description: 'That it is about; all labels if null.' })
  readonly label?: string;

  @Field(() => String, { nullable: true, description: "What each image's truth gave the head as a prompt." })
  readonly prompt?: string;

  @Field(() => [String], { nullable: true, description: 'Labels whose images were left out of the set.' })
  readonly excludedLabels?: readonly string[];

  @Field(() => String, { nullable: true, description: 'What was done to the images first, such as noise25.' })
  readonly corruption?: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of a share out of domain: at the threshold that this share of the held-out images of its own kind exceeds.',
  })
  readonly falseRefusals?: number;

  @Field(() => NegativesType, { nullable: true, description: 'Of presence: what the label was to be told from.' })
  readonly negatives?: NegativesType;
}

@ObjectType('DataSet', { description: 'What a model was trained on.' })
export class DataSetType {
  @Field()
  readonly dataset!: string;

  @Field()
  readonly licence!: string;

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;

  @Field(() => String, { nullable: true, description: 'Where it is from.' })
  readonly source?: string;

  @Field(() => String, { nullable: true, description: 'What is never on both sides of a split, such as a patient.' })
  readonly grouping?: string;
}

@ObjectType('InitialWeights', { description: 'Weights of somebody else that training began with.' })
export class InitialWeightsType {
  @Field()
  readonly name!: string;

  @Field()
  readonly source!: string;

  @Field()
  readonly licence!: string;
}
