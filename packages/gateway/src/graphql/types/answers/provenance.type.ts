import type { WindowFunction } from '@medzoo/core';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { LabelledDomainType } from './domain.type.js';
import { PreprocessType } from './preprocess.type.js';
import { PixelSpacingType } from '../image/spacing.type.js';
import { WINDOW_FUNCTIONS } from '../image/window.type.js';
import { NOT_AN_ENTITY } from '../not-an-entity.js';

@ObjectType('ModelIdentity', { description: 'An id says which weights are meant, the digest which they are.' })
export class ModelIdentityType {
  @Field(() => ID, { name: 'modelId', description: 'Of the head or the encoder.' })
  @Field(() => ID, { deprecationReason: NOT_AN_ENTITY })
  readonly id!: string;

  @Field()
  readonly version!: string;

  @Field()
  readonly sha256!: string;
}

@ObjectType('DecodedImage', { description: 'The image as it was decoded for this answer.' })
export class DecodedImageType {
  @Field()
  readonly sha256!: string;

  @Field(() => Int)
  readonly width!: number;

  @Field(() => Int)
  readonly height!: number;

  @Field()
  readonly format!: string;
}

@ObjectType('UsedWindow', {
  description:
    'The values that became 0 to 255: `width` of them around `center`, after the modality LUT (Hounsfield units ' +
    'for CT), else as stored.',
})
export class UsedWindowType {
  @Field(() => Float)
  readonly center!: number;

  @Field(() => Float)
  readonly width!: number;

  @Field(() => WINDOW_FUNCTIONS)
  readonly function!: WindowFunction;

  @Field({
    description:
      "request: given with the question. file, file-lut: the file's own. modality: the usual one of its kind. " +
      "fixed: the model's. percentiles: most of the image's own values. range: all of them. stored: all that " +
      "the file's bits allow.",
  })
  readonly source!: string;
}

@ObjectType('UsedView', { description: 'Which picture of the file was read, and how its values became 8 bits.' })
export class UsedViewType {
  @Field(() => Int, {
    description: 'A page of a TIFF, a frame of an animation or of a DICOM file, a slice of a volume, from 0.',
  })
  readonly frame!: number;

  @Field(() => Int, { description: 'That the file has.' })
  readonly frames!: number;

  @Field(() => UsedWindowType, {
    nullable: true,
    description: 'Null for colour, and for 8-bit values that were taken as they are.',
  })
  readonly window!: UsedWindowType | null;

  @Field(() => PixelSpacingType, {
    nullable: true,
    description: 'Null where the file does not say how large a pixel is.',
  })
  readonly spacing!: PixelSpacingType | null;

  @Field(() => String, { nullable: true, description: "DICOM's code, such as CT; null where the file does not say." })
  readonly modality!: string | null;
}

@ObjectType('Timings', { description: 'Milliseconds by stage; 0 for a stage that was not needed.' })
export class TimingsType {
  @Field(() => Float)
  readonly decode!: number;

  @Field(() => Float)
  readonly preprocess!: number;

  @Field(() => Float)
  readonly encode!: number;

  @Field(() => Float)
  readonly head!: number;

  @Field(() => Float)
  readonly postprocess!: number;

  @Field(() => Float)
  readonly total!: number;
}

@ObjectType('Provenance', { description: 'How an answer came to be.' })
export class ProvenanceType {
  @Field(() => ModelIdentityType, {
    description:
      'With the digest of the file that ran, which may be one of `Head.variants`; of the head itself where none ran.',
  })
  readonly head!: ModelIdentityType;

  @Field({
    description:
      "In which precision that file's weights are: that of a variant, such as 'int8-static', or 'reference'.",
  })
  readonly headPrecision!: string;

  @Field(() => ModelIdentityType, {
    description: 'With the digest of the file that made the embedding, which may be one of `Encoder.variants`.',
  })
  readonly encoder!: ModelIdentityType;

  @Field({ description: "As `headPrecision`, of the encoder's file." })
  readonly encoderPrecision!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The execution provider that ran the head, such as 'cpu'; null for a head that refused the image before it ran.",
  })
  readonly provider!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The one that ran the encoder; null for an embedding that another gateway made.',
  })
  readonly encoderProvider!: string | null;

  @Field(() => DecodedImageType)
  readonly image!: DecodedImageType;

  @Field(() => UsedViewType)
  readonly view!: UsedViewType;

  @Field(() => PreprocessType)
  readonly preprocess!: PreprocessType;

  @Field(() => Boolean, {
    description: 'Whether the embedding was at hand or shared, or the whole answer was.',
  })
  readonly cached!: boolean;

  @Field(() => [String], {
    nullable: true,
    description:
      'What a reader of the answer should know, such as that the file is of another modality than the head was ' +
      'trained on.',
  })
  readonly warnings?: readonly string[];

  @Field(() => [LabelledDomainType], {
    nullable: true,
    description: "What the head said of the image's kind; null for a head that cannot say.",
  })
  readonly domains?: readonly LabelledDomainType[];

  @Field(() => TimingsType)
  readonly timingsMs!: TimingsType;
}
