import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { StoredImage } from '../../../images/stored-image.js';
import type { AskedSeries } from '../../../series/series-analyses.js';
import type { SeriesState } from '../../../series/series-analysis.js';
import type { EnumOf } from '../enum-of.js';
import { type HeadAnswer, HeadAnswerUnion } from '../answers/head-answer.type.js';
import { ImageType } from '../image/image.type.js';

const STATES = {
  RUNNING: 'running',
  DONE: 'done',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
} as const satisfies EnumOf<SeriesState>;

registerEnumType(STATES, {
  name: 'SeriesState',
  description: 'How far an analysis is.',
  valuesConfig: {
    RUNNING: { description: 'Frames are asked about, or wait for interactive work.' },
    DONE: { description: 'Every frame was asked about; `framesFailed` says how many have no answer.' },
    CANCELLED: { description: 'What was answered until then is kept; `analyzeSeries` goes on with the rest.' },
    FAILED: { description: 'The analysis ended; `message` says why.' },
  },
});

@ObjectType('SeriesAnalysis', { description: "One head's answers about every frame of a series, kept for an hour." })
export class SeriesAnalysisType {
  @Field(() => ID, { description: 'The same question about the same series has the same id.' })
  readonly id!: string;

  @Field(() => ID, { description: 'The series that it is about.' })
  readonly seriesId!: string;

  @Field(() => STATES, { description: 'RUNNING until it is one of the others: ask again after a second or so.' })
  readonly state!: SeriesState;

  @Field(() => String, { nullable: true, description: 'Why it failed or was cancelled; else null.' })
  readonly message!: string | null;

  @Field(() => Int, { description: 'So many frames the series has.' })
  readonly framesTotal!: number;

  @Field(() => Int, { description: 'So many have been asked about.' })
  readonly framesDone!: number;

  @Field(() => Int, { description: 'So many of these have no answer: a damaged file, a failure, or a refusal.' })
  readonly framesFailed!: number;

  @Field(() => Int, {
    description:
      'So many of `framesFailed` are not of the kind of image that the head was trained on: `OutOfDomain`. They are ' +
      'not asked about again.',
  })
  readonly framesRefused!: number;

  readonly asked!: AskedSeries;
}

@ObjectType('AnsweredFrame', { description: 'A frame of a series, and what the head answered about it.' })
export class AnsweredFrameType {
  @Field(() => Int, { description: 'Which of the series, from 0.' })
  readonly index!: number;

  @Field(() => ImageType, { description: 'The one whose frame it is.' })
  readonly image!: StoredImage;

  @Field(() => Int, { description: 'Which of the image, from 0.' })
  readonly frame!: number;

  @Field(() => HeadAnswerUnion, { nullable: true, description: 'Null until the frame was asked about.' })
  readonly answer!: HeadAnswer | null;
}

@ObjectType('TargetVolume', { description: 'How large a target is over the slices of a volume.' })
export class TargetVolumeType {
  @Field({ description: 'A label of the head.' })
  readonly label!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Of a file of several volumes, such as points in time: which, from 0; else null.',
  })
  readonly stack!: number | null;

  @Field(() => Int, { description: 'In so many slices it was found.' })
  readonly foundIn!: number;

  @Field(() => Int, { description: 'So many slices the volume has.' })
  readonly slices!: number;

  @Field(() => Float, { nullable: true, description: 'In mm³; null where it cannot be measured.' })
  readonly volume!: number | null;

  @Field(() => String, { nullable: true, description: 'Why there is no volume; null where there is one.' })
  readonly reason!: string | null;
}
