import {
  maxItemsOf,
  PARAM_TYPES,
  TASKS,
  type HeadDescription,
  type Json,
  type ParamSpec,
  type Task,
} from '@medzoo/core';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DataSetType, InitialWeightsType, MetricType } from './answers/evidence.type.js';
import { EncoderType, toEncoder } from './encoder.type.js';
import { toEnum } from './enum-of.js';
import { JSONValue } from './json-scalars.js';
import { ModelVariantType } from './model-variant.type.js';

const TASK_ENUM = toEnum(TASKS);
registerEnumType(TASK_ENUM, {
  name: 'Task',
  description: 'What a head answers: a closed set, each with an answer type.',
  valuesConfig: {
    SEGMENTATION: { description: '`SegmentationAnswer`: masks.' },
    CLASSIFICATION: { description: '`ClassificationAnswer`: one of several classes.' },
    REGRESSION: { description: '`RegressionAnswer`: numbers.' },
    KEYPOINTS: { description: '`KeypointsAnswer`: places.' },
    MULTILABEL: { description: '`MultilabelAnswer`: any number of labels.' },
  },
});

const PARAM_TYPE_ENUM = toEnum(PARAM_TYPES);
registerEnumType(PARAM_TYPE_ENUM, {
  name: 'ParamType',
  description: 'What a param takes, as JSON.',
  valuesConfig: {
    NUMBER: { description: 'From `min` to `max`.' },
    BOOLEAN: { description: 'true or false.' },
    CHOICE: { description: 'One of the options.' },
    LABELS: { description: "A list of some of the head's labels; all if left out." },
    POINTS: { description: '[{ x, y, positive }], in image pixels; positive is true if left out.' },
    BOX: { description: '{ x, y, width, height }, in image pixels.' },
  },
});

@ObjectType('Param', { description: 'A setting of a head, declared as data: enough to draw a form.' })
export class ParamType {
  @Field({ description: 'The key in `params`.' })
  readonly name!: string;

  @Field(() => PARAM_TYPE_ENUM, { description: 'Which JSON it takes.' })
  readonly type!: ParamSpec['type'];

  @Field({ description: 'For a person, as the label of a form.' })
  readonly description!: string;

  @Field(() => JSONValue, { nullable: true, description: 'Null if there is none: labels, points and box.' })
  readonly default!: Json;

  @Field(() => Float, {
    nullable: true,
    description: 'The smallest NUMBER; null without a bound, and for other types.',
  })
  readonly min!: number | null;

  @Field(() => Float, { nullable: true, description: 'The largest NUMBER; null without a bound, and for other types.' })
  readonly max!: number | null;

  @Field(() => [String], { nullable: true, description: 'What a CHOICE may be; null for other types.' })
  readonly options!: readonly string[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many items a list may have: labels, each once, and points. Null without a bound, and for other types.',
  })
  readonly maxItems!: number | null;
}

@ObjectType('Head', { description: 'A model that reads the embedding of an encoder.' })
export class HeadType {
  @Field(() => ID, { description: 'What `analyze` names it by.' })
  readonly id!: string;

  @Field({ description: 'For a person.' })
  readonly title!: string;

  @Field(() => TASK_ENUM, { description: 'Which member of `HeadAnswer` it answers with.' })
  readonly task!: Task;

  @Field({ description: 'What it is for, and what not. Show it to who reads its answers.' })
  readonly intendedUse!: string;

  @Field(() => [String], { description: "Modalities it was trained for, as DICOM codes: 'DX', 'US', 'ES', ..." })
  readonly modalities!: readonly string[];

  @Field(() => [ParamType], { description: 'What it can be told.' })
  readonly params!: readonly ParamType[];

  @Field(() => [String], { description: 'What its answers can name.' })
  readonly labels!: readonly string[];

  @Field(() => [MetricType], { description: 'How good it was, on which images.' })
  readonly metrics!: readonly MetricType[];

  @Field(() => [DataSetType], { description: 'Data sets of its training.' })
  readonly trainedOn!: readonly DataSetType[];

  @Field(() => [InitialWeightsType], { description: 'Empty for weights trained from scratch.' })
  readonly initialisedFrom!: readonly InitialWeightsType[];

  @Field({ description: 'Of the weights.' })
  readonly licence!: string;

  @Field({ description: 'Of its weights.' })
  readonly version!: string;

  @Field({ description: 'Of the weights: their identity, whichever variant runs.' })
  readonly sha256!: string;

  @Field(() => [ModelVariantType], { description: 'Empty for a head with one file.' })
  readonly variants!: readonly ModelVariantType[];

  @Field(() => EncoderType, { description: 'The head runs on its embedding and no other.' })
  readonly encoder!: EncoderType;
}

export function toHead({ manifest, encoder, trained }: HeadDescription): HeadType {
  const { id, title, task, intendedUse, modalities } = manifest;
  const { labels, metrics, trainedOn, initialisedFrom = [], licence, version, variants = [] } = trained;
  return {
    ...{ id, title, task, intendedUse, modalities, labels, metrics, trainedOn, initialisedFrom, licence, version },
    params: Object.entries(manifest.params).map(([name, spec]) => toParam(name, spec, labels)),
    sha256: trained.model.sha256,
    variants,
    encoder: toEncoder(encoder),
  };
}

function toParam(name: string, spec: ParamSpec, labels: readonly string[]): ParamType {
  return {
    name,
    type: spec.type,
    description: spec.description,
    default: 'default' in spec ? spec.default : null,
    min: spec.type === 'number' ? (spec.min ?? null) : null,
    max: spec.type === 'number' ? (spec.max ?? null) : null,
    options: spec.type === 'choice' ? spec.options : null,
    maxItems: maxItemsOf(spec, labels) ?? null,
  };
}
