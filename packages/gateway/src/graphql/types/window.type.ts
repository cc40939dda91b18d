import { Field, Float, InputType } from 'type-graphql';

@InputType('Window', { description: '`width` values around `center`, as stored in the file, become 0 to 255.' })
export class WindowInput {
  @Field(() => Float)
  readonly center!: number;

  @Field(() => Float, { description: 'Above 0.' })
  readonly width!: number;
}
