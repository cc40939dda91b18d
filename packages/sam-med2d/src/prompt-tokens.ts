import { float32Tensor, ZooError, type Box, type Point, type PromptPoint, type Tensor } from '@medzoo/core/contract';

/** SAM's labels of a prompt token. */
const LABEL = { padding: -1, negative: 0, positive: 1, boxFirst: 2, boxSecond: 3 } as const;

interface Token {
  readonly point: Point;
  readonly label: number;
}

/** The prompts of one image, in image space. */
export interface Prompts {
  readonly points: readonly PromptPoint[];
  readonly box: Box | undefined;
}

/**
 * Prompts as the decoder takes them: `point_coords` float32 [1, N, 2], x and y in pixels of the model's input, and
 * `point_labels` float32 [1, N]. As in SAM, points come first, and without a box one padding token closes the list.
 */
export function promptTokens(
  { points, box }: Prompts,
  toModelSpace: (point: Point) => Point,
): { readonly coords: Tensor<'float32'>; readonly labels: Tensor<'float32'> } {
  if (points.length === 0 && !box) {
    throw new ZooError(
      'INVALID_PARAM',
      'A prompt is needed: give "points", a "box", or both, in pixels of the image.',
      {
        details: { params: ['points', 'box'] },
      },
    );
  }
  // SAM never saw such a prompt in training: it outlines what the points are on.
  if (!box && points.every(({ positive }) => !positive)) {
    throw new ZooError(
      'INVALID_PARAM',
      'No point is on the object; give at least one on it (positive), or a "box" around it.',
      { details: { params: ['points', 'box'] } },
    );
  }
  const tokens: Token[] = points.map(({ x, y, positive }) => ({
    point: toModelSpace({ x, y }),
    label: positive ? LABEL.positive : LABEL.negative,
  }));
  if (box) {
    const { x, y, width, height } = box;
    tokens.push({ point: toModelSpace({ x, y }), label: LABEL.boxFirst });
    tokens.push({ point: toModelSpace({ x: x + width, y: y + height }), label: LABEL.boxSecond });
  } else {
    tokens.push({ point: { x: 0, y: 0 }, label: LABEL.padding });
  }
  const coords = Float32Array.from(tokens.flatMap(({ point }) => [point.x, point.y]));
  const labels = Float32Array.from(tokens, ({ label }) => label);
  return {
    coords: float32Tensor([1, tokens.length, 2], coords),
    labels: float32Tensor([1, tokens.length], labels),
  };
}
