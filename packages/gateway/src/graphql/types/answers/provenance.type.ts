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

  @Field({ description: "Of the model's release." })
  readonly version!: string;

  @Field({ description: 'Of the file, in hexadecimal digits.' })
  readonly sha256!: string;
}

@ObjectType('DecodedImage', { description: 'The image as it was decoded for this answer.' })
export class DecodedImageType {
  @Field({ description: 'Of the file: the id of the image.' })
  readonly sha256!: string;

  @Field(() => Int, { description: 'In pixels, as a person sees it.' })
  readonly width!: number;

  @Field(() => Int, { description: 'In pixels, as a person sees it.' })
  readonly height!: number;

  @Field({ description: 'Of the file, such as png or dicom.' })
  readonly format!: string;
}

@ObjectType('UsedWindow', {
  description:
    'The values that became 0 to 255: `width` of them around `center`, after the modality LUT (Hounsfield units ' +
    'for CT), else as stored.',
})
export class UsedWindowType {
  @Field(() => Float, { description: 'The value in the middle.' })
  readonly center!: number;

  @Field(() => Float, { description: 'How many values, above 0.' })
  readonly width!: number;

  @Field(() => WINDOW_FUNCTIONS, { description: 'How values become grey.' })
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
  @Field(() => Float, { description: 'From the file to pixels.' })
  readonly decode!: number;

  @Field(() => Float, { description: "From pixels to the encoder's input." })
  readonly preprocess!: number;

  @Field(() => Float, { description: "The encoder's run." })
  readonly encode!: number;

  @Field(() => Float, { description: "The head's run." })
  readonly head!: number;

  @Field(() => Float, { description: "From the head's outputs to the answer." })
  readonly postprocess!: number;

  @Field(() => Float, { description: 'Of the whole run, in the process that ran it.' })
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

  @Field(() => DecodedImageType, { description: 'What was decoded.' })
  readonly image!: DecodedImageType;

  @Field(() => UsedViewType, { description: 'Which frame and which window the head saw.' })
  readonly view!: UsedViewType;

  @Field(() => PreprocessType, { description: "How it became the encoder's input." })
  readonly preprocess!: PreprocessType;

  @Field(() => Boolean, {
    description: 'Whether the embedding was at hand or shared, or the whole answer was.',
  })
  readonly cached!: boolean;

  @Field(() => [String], {
    nullable: true,
    description:
      'What a person should read before the answer, such as that the file is of another modality than the ' +
      'head was trained on; null for none.',
  })
  readonly warnings?: readonly string[];

  @Field(() => [LabelledDomainType], {
    nullable: true,
    description: "What the head said of the image's kind; null for a head that cannot say.",
  })
  readonly domains?: readonly LabelledDomainType[];

  @Field(() => TimingsType, { description: 'How long it took.' })
  readonly timingsMs!: TimingsType;
}
