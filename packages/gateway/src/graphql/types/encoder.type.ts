import type { Encoder } from '@medzoo/core';
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { DataSetType, InitialWeightsType, MetricType } from './answers/evidence.type.js';
import { PreprocessType } from './answers/preprocess.type.js';

@ObjectType('EncoderVariant', {
  description: 'The weights of an encoder in another precision, which run in their place on some execution providers.',
})
export class EncoderVariantType {
  @Field({ description: "Such as 'int8-static'." })
  readonly precision!: string;

  @Field(() => [String], { description: "Execution providers that run it, such as 'cpu'." })
  readonly providers!: readonly string[];

  @Field({ description: 'Of its file.' })
  readonly sha256!: string;

  @Field(() => Float)
  readonly bytes!: number;
}

@ObjectType('Encoder', { description: 'Turns an image into the embedding that heads read; it runs once an image.' })
export class EncoderType {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly version!: string;

  @Field({ description: 'Of the weights: their identity, whichever variant runs.' })
  readonly sha256!: string;

  @Field(() => [EncoderVariantType], { description: 'Empty for an encoder with one file.' })
  readonly variants!: readonly EncoderVariantType[];

  @Field({ description: 'Of the weights.' })
  readonly licence!: string;

  @Field(() => [DataSetType])
  readonly trainedOn!: readonly DataSetType[];

  @Field(() => [InitialWeightsType], { description: 'Empty for weights trained from scratch.' })
  readonly initialisedFrom!: readonly InitialWeightsType[];

  @Field(() => [MetricType])
  readonly metrics!: readonly MetricType[];

  @Field(() => PreprocessType)
  readonly preprocess!: PreprocessType;
}

export function toEncoder({ id, trained }: Encoder): EncoderType {
  const { version, model, variants = [], licence, trainedOn, initialisedFrom = [], metrics, preprocess } = trained;
  const { sha256 } = model;
  return { id, version, sha256, variants, licence, trainedOn, initialisedFrom, metrics, preprocess };
}
