import type { Encoder } from '@medzoo/core';
import { Field, ID, ObjectType } from 'type-graphql';
import { DataSetType, InitialWeightsType, MetricType } from './answers/evidence.type.js';
import { PreprocessType } from './answers/preprocess.type.js';
import { ModelVariantType } from './model-variant.type.js';

@ObjectType('Encoder', { description: 'Turns an image into the embedding that heads read; it runs once an image.' })
export class EncoderType {
  @Field(() => ID, { description: 'Of the encoder, such as sam-med2d-tiny.' })
  readonly id!: string;

  @Field({ description: 'Of its weights.' })
  readonly version!: string;

  @Field({ description: 'Of the weights: their identity, whichever variant runs.' })
  readonly sha256!: string;

  @Field(() => [ModelVariantType], { description: 'Empty for an encoder with one file.' })
  readonly variants!: readonly ModelVariantType[];

  @Field({ description: 'Of the weights.' })
  readonly licence!: string;

  @Field(() => [DataSetType], { description: 'Data sets of its training.' })
  readonly trainedOn!: readonly DataSetType[];

  @Field(() => [InitialWeightsType], { description: 'Empty for weights trained from scratch.' })
  readonly initialisedFrom!: readonly InitialWeightsType[];

  @Field(() => [MetricType], { description: 'How good it was, and on what.' })
  readonly metrics!: readonly MetricType[];

  @Field(() => PreprocessType, { description: 'How an image becomes its input.' })
  readonly preprocess!: PreprocessType;
}

export function toEncoder({ id, trained }: Encoder): EncoderType {
  const { version, model, variants = [], licence, trainedOn, initialisedFrom = [], metrics, preprocess } = trained;
  const { sha256 } = model;
  return { id, version, sha256, variants, licence, trainedOn, initialisedFrom, metrics, preprocess };
}
