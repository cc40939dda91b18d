import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('Box', {
  description: "In image pixels from the image's top left corner, unless it is measured in another unit.",
})
export class BoxType {
  @Field(() => Float, { description: 'Its left edge.' })
  readonly x!: number;

  @Field(() => Float, { description: 'Its upper edge.' })
  readonly y!: number;

  @Field(() => Float, { description: 'Along a row.' })
  readonly width!: number;

  @Field(() => Float, { description: 'Down a column.' })
  readonly height!: number;
}
