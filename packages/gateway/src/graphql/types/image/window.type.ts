import type { ImageView, WindowFunction } from '@medzoo/core';
import { Field, Float, InputType, registerEnumType } from 'type-graphql';
import type { EnumOf } from '../enum-of.js';

/** Of an argument `window`. */
export const OF_A_WINDOW = 'Which values become 0 to 255. Default: the usual one of the file.';

export const WINDOW_FUNCTIONS = {
  LINEAR: 'LINEAR',
  LINEAR_EXACT: 'LINEAR_EXACT',
  SIGMOID: 'SIGMOID',
} as const satisfies EnumOf<WindowFunction>;

registerEnumType(WINDOW_FUNCTIONS, {
  name: 'WindowFunction',
  description: "DICOM's VOI LUT function.",
  valuesConfig: {
    LINEAR: { description: 'From center - 0.5 - (width - 1) / 2 to center - 0.5 + (width - 1) / 2.' },
    LINEAR_EXACT: { description: 'From center - width / 2 to center + width / 2.' },
    SIGMOID: { description: 'A curve through the middle grey at the center, steeper for a smaller width.' },
  },
});

@InputType('Window', {
  description:
    'The `width` values around `center` become 0 to 255. They are values after the modality LUT (Hounsfield ' +
    'units for CT), or stored ones of formats without one.',
})
export class WindowInput {
  @Field(() => Float, { description: 'The value in the middle.' })
  readonly center!: number;

  @Field(() => Float, { description: 'Above 0.' })
  readonly width!: number;

  @Field(() => WINDOW_FUNCTIONS, {
    nullable: true,
    description: 'Default: LINEAR for DICOM and LINEAR_EXACT for other formats.',
  })
  readonly function?: WindowFunction | null;
}

/** Undefined for the default view. */
export function viewOf(
  frame: number | null | undefined,
  window: WindowInput | null | undefined,
): ImageView | undefined {
  const isFrame = frame !== null && frame !== undefined;
  if (!isFrame && !window) return undefined;
  return { ...(isFrame && { frame }), ...(window && { window: toWindow(window) }) };
}

function toWindow({ center, width, function: shape }: WindowInput): NonNullable<ImageView['window']> {
  return { center, width, ...(shape && { function: shape }) };
}
