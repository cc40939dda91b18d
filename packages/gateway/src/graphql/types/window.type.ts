import { Field, Float, InputType } from 'type-graphql';

@InputType('Window', {
  description:
    '`width` values around `center`, after the modality LUT (Hounsfield units for CT), else as stored, become 0 to 255.',
})
export class WindowInput {
  @Field(() => Float)
  readonly center!: number;

  @Field(() => Float, { description: 'Above 0.' })
  readonly width!: number;
}
