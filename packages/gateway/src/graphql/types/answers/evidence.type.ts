import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('Negatives', { description: 'Images without a label; the hard ones look like those with it.' })
export class NegativesType {
  @Field({
    description:
      'other: of other sets. Hard: background beside the label, empty masks of its own sets, near sets of its ' +
      'modality.',
  })
  readonly kind!: string;

  @Field(() => [String], { description: 'Names of the data sets.' })
  readonly sets!: readonly string[];

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;
}

@ObjectType('Metric', { description: 'How good a model was, on which images, and how sure that is.' })
export class MetricType {
  @Field({ description: 'Such as dice or auroc.' })
  readonly name!: string;

  @Field(() => Float, { description: 'A share of 0..1 in most metrics.' })
  readonly value!: number;

  @Field(() => [Float], {
    nullable: true,
    description: 'Lower and upper end of the 95 % confidence interval; null if none was computed.',
  })
  readonly interval95?: readonly [number, number];

  @Field({ description: 'The images that it was measured on.' })
  readonly dataset!: string;

  @Field({ description: 'Such as test: which part of them.' })
  readonly split!: string;

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;

  @Field(() => String, { nullable: true, description: 'That it is about; all labels if null.' })
  readonly label?: string;

  @Field(() => String, {
    nullable: true,
    description: "What each image's truth gave the head as a prompt; null for none.",
  })
  readonly prompt?: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Labels whose images were left out of the set; null for none.',
  })
  readonly excludedLabels?: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'What was done to the images first, such as noise25; null for nothing.',
  })
  readonly corruption?: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of a share out of domain: at the threshold that this share of the held-out images of its own kind ' +
      'exceeds. Null for other metrics.',
  })
  readonly falseRefusals?: number;

  @Field(() => NegativesType, {
    nullable: true,
    description: 'Of presence: what the label was to be told from; null for other metrics.',
  })
  readonly negatives?: NegativesType;
}

@ObjectType('DataSet', { description: 'What a model was trained on.' })
export class DataSetType {
  @Field({ description: 'Its name.' })
  readonly dataset!: string;

  @Field({ description: 'Of the data.' })
  readonly licence!: string;

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;

  @Field(() => String, { nullable: true, description: 'Where it is from; null where the model does not say.' })
  readonly source?: string;

  @Field(() => String, {
    nullable: true,
    description: 'What is never on both sides of a split, such as a patient; null where the model does not say.',
  })
  readonly grouping?: string;
}

@ObjectType('InitialWeights', { description: 'Weights of somebody else that training began with.' })
export class InitialWeightsType {
  @Field({ description: 'Of the weights.' })
  readonly name!: string;

  @Field({ description: 'Where they are from.' })
  readonly source!: string;

  @Field({ description: 'Of the weights.' })
  readonly licence!: string;
}
