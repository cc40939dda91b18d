import type { WindowFunction } from '@medzoo/core';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { WINDOW_FUNCTIONS } from './window.type.js';

@ObjectType('DisplayWindow', { description: "A window of the file's own, in values after the modality LUT." })
export class DisplayWindowType {
  @Field(() => Float, { description: 'The value in the middle.' })
  readonly center!: number;

  @Field(() => Float, { description: 'How many values become 0 to 255; above 0.' })
  readonly width!: number;

  @Field(() => WINDOW_FUNCTIONS, { description: 'How values become grey.' })
  readonly function!: WindowFunction;
}

@ObjectType('PixelPadding', { description: 'Stored values that mean "no data", both ends inside.' })
class PixelPaddingType {
  @Field(() => Float, { description: 'The lower end.' })
  readonly from!: number;

  @Field(() => Float, { description: 'The upper end.' })
  readonly to!: number;
}

@ObjectType('FileFlags', { description: "What a reader should know before trusting a file's pixels." })
export class FileFlagsType {
  @Field({ description: "Whether names may be drawn into the pixels: yes, no or unknown, which is not 'no'." })
  readonly burnedIn!: string;

  @Field({ description: 'Whether values were lost by compression, as far as the file says.' })
  readonly lossy!: boolean;

  @Field(() => Int, { description: 'Overlay planes: a layer of their own, never drawn into what is decoded.' })
  readonly overlays!: number;

  @Field(() => PixelPaddingType, { nullable: true, description: 'Null where the file declares none.' })
  readonly padding!: PixelPaddingType | null;
}
