import type { PreprocessSpec } from '@medzoo/core';
import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('Size', { description: 'In pixels.' })
export class SizeType {
  @Field(() => Int, { description: 'Along a row.' })
  readonly width!: number;

  @Field(() => Int, { description: 'Down a column.' })
  readonly height!: number;
}

@ObjectType('Preprocess', { description: "From decoded pixels to the encoder's input." })
export class PreprocessType {
  @Field(() => SizeType, { description: "Of the encoder's input." })
  readonly size!: SizeType;

  @Field(() => String, { description: 'stretch or letterbox (image at the top left).' })
  readonly fit!: PreprocessSpec['fit'];

  @Field(() => String, { description: 'nearest or bilinear.' })
  readonly interpolation!: PreprocessSpec['interpolation'];

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether pixels are averaged where an image shrinks; null, as false: they are not.',
  })
  readonly antialias?: boolean;

  @Field(() => String, { description: 'rgb, bgr or gray.' })
  readonly channels!: PreprocessSpec['channels'];

  @Field(() => [Float], { description: 'By channel, on pixels 0..255.' })
  readonly mean!: readonly number[];

  @Field(() => [Float], { description: 'By channel, on pixels 0..255.' })
  readonly std!: readonly number[];
}
