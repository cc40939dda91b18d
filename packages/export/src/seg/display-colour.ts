/**
 * Okabe and Ito's colours for all kinds of colour vision, in the order in which medzoo's own overlays take them; sRGB
 * 0..255.
 */
const COLOURS = [
  [86, 180, 233],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [213, 94, 0],
  [0, 114, 178],
] as const;

type Triple = readonly [number, number, number];

/** Of the segment at `index`, as RecommendedDisplayCIELabValue: L* 0..100 and a*, b* -128..127, each over 0..65535. */
export function displayColour(index: number): [number, number, number] {
  const [l, a, b] = toLab(COLOURS[index % COLOURS.length]!);
  const scaled = (value: number, least: number, range: number): number =>
    Math.round(((value - least) / range) * 65_535);
  return [scaled(l, 0, 100), scaled(a, -128, 255), scaled(b, -128, 255)];
}

/** As "red\green\blue", 0..255: what RTSTRUCT wants. */
export function displayRgb(index: number): [number, number, number] {
  return [...COLOURS[index % COLOURS.length]!];
}

/**
 * sRGB to CIE L*a*b* under D50, which PS3.3 (C.10.7.1.1) has as white; the matrix is Bradford-adapted (IEC 61966-2-1,
 * ICC).
 */
function toLab(rgb: Triple): Triple {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422;
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521;
  const root = (value: number): number =>
    value > (6 / 29) ** 3 ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29;
  return [116 * root(y) - 16, 500 * (root(x) - root(y)), 200 * (root(y) - root(z))];
}
