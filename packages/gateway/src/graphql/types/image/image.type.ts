import { Field, ID, Int, ObjectType } from 'type-graphql';

@ObjectType('Image', { description: 'An uploaded image. Width and height are as a person sees it.' })
export class ImageType {
  @Field(() => ID, { description: 'SHA-256 of the bytes of the stored file.' })
  readonly id!: string;

  @Field(() => Int, { description: 'In pixels, EXIF orientation applied.' })
  readonly width!: number;

  @Field(() => Int, { description: 'In pixels, EXIF orientation applied.' })
  readonly height!: number;

  @Field(() => Int, { description: 'Size of the stored file.' })
  readonly bytes!: number;

  @Field(() => Int, {
    description:
      'Pages of a TIFF, frames of an animation or of a DICOM file, slices of a volume; 1 for any other file.',
  })
  readonly frames!: number;

  @Field(() => Int, {
    description:
      'Which of them width and height are of, from 0, and is analysed unless `analyze` names another: the ' +
      'first, or that which a thumbnail before it stands for.',
  })
  readonly frame!: number;

  @Field({ description: 'Of the stored file, such as image/png or application/dicom.' })
  readonly mediaType!: string;

  @Field({
    description:
      'Link to the stored file. Links are paths such as /images/…, of the origin that this query was sent ' +
      'to. It is the file that was uploaded; of DICOM and other medical files the identity of the patient ' +
      'is removed first, unless the gateway keeps it.',
  })
  readonly url!: string;
}
