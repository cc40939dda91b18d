import { Field, Float, Int, ObjectType } from 'type-graphql';

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
}

@ObjectType('DataSet', { description: 'What a model was trained on.' })
export class DataSetType {
  @Field()
  readonly dataset!: string;

  @Field()
  readonly licence!: string;

  @Field(() => Int, { description: 'Number of images.' })
  readonly n!: number;
}
