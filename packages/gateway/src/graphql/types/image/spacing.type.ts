import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('PixelRegion', { description: 'In pixels of the frame; right and bottom are inside.' })
class PixelRegionType {
  @Field(() => Int, { description: 'The first column.' })
  readonly left!: number;

  @Field(() => Int, { description: 'The first row.' })
  readonly top!: number;

  @Field(() => Int, { description: 'The last column.' })
  readonly right!: number;

  @Field(() => Int, { description: 'The last row.' })
  readonly bottom!: number;
}

@ObjectType('PixelSpacing', { description: 'How large a pixel is, as the file says.' })
export class PixelSpacingType {
  @Field(() => Float, { description: 'Between columns, that is along a row.' })
  readonly x!: number;

  @Field(() => Float, { description: 'Between rows.' })
  readonly y!: number;

  @Field({
    description:
      "'mm', or 'mm at detector', which are not the patient's: a projection enlarges by an unknown factor, and " +
      'measurements stay in pixels.',
  })
  readonly unit!: string;

  @Field({ description: 'Which field of the file says so.' })
  readonly source!: string;

  @Field(() => [PixelRegionType], {
    nullable: true,
    description: 'Ultrasound: the only parts of the frame in which it holds; null for all of it.',
  })
  readonly regions?: readonly PixelRegionType[];
}
