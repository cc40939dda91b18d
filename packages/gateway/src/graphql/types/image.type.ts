import { Field, ID, Int, ObjectType } from 'type-graphql';

@ObjectType('Image', { description: 'An uploaded image. Width and height are as a person sees it.' })
export class ImageType {
  @Field(() => ID, { description: "SHA-256 of the file's bytes." })
  readonly id!: string;

  @Field(() => Int)
  readonly width!: number;

  @Field(() => Int)
  readonly height!: number;

  @Field(() => Int)
  readonly bytes!: number;

  @Field()
  readonly mediaType!: string;

  @Field({ description: 'The file as it was uploaded.' })
  readonly url!: string;
}
