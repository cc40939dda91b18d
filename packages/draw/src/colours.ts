/** Okabe and Ito's colours for all kinds of colour vision, those first that stand out on grey images. */
const COLOURS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00', '#0072b2'] as const;

/** The colour of the mask or point of this number; the eighth has the first one again. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}
