/** Which frame is shown, and by which window; the usual one, as `nameUsualWindow` calls it, where it is null. */
export interface ShownView {
  readonly frame: number;
  readonly window: ShownWindow | null;
}

/** `width` values around `center` become black to white. */
export interface ShownWindow {
  readonly center: number;
  readonly width: number;
  /** As the gateway names it. */
  readonly function: string;
}

/** What the gateway says of a file, as far as the page shows it. */
export interface FileFacts {
  readonly frames: number;
  readonly modality: string | null;
  readonly spacing: {
    readonly x: number;
    readonly y: number;
    readonly unit: string;
    readonly regions: readonly unknown[] | null;
  } | null;
  readonly windows: readonly ShownWindow[];
  readonly flags: { readonly burnedIn: string; readonly lossy: boolean; readonly overlays: number };
  /** Of a file of several frames. */
  readonly series: { readonly id: string; readonly frameCount: number } | null;
}

/** Dragging over the whole picture changes the window by so many of its widths. */
const WIDTHS_PER_PICTURE = 2;

/**
 * The window after dragging from where it was `start`: to the right wider, which is less contrast, and down to higher
 * values, which is darker, as viewers of hospitals have it. `dx` and `dy` are parts of the picture's sides.
 */
export function dragWindow(start: ShownWindow, dx: number, dy: number): ShownWindow {
  const width = start.width * 2 ** (WIDTHS_PER_PICTURE * dx);
  const center = start.center + start.width * WIDTHS_PER_PICTURE * dy;
  return { ...start, center: round(center), width: Math.max(round(width), 1e-6) };
}

/** Four digits: the gateway keeps pictures by their windows. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** Where the gateway draws it. */
export function previewPath(imageId: string, { frame, window }: ShownView): string {
  const shape = window ? `&center=${window.center}&width=${window.width}&function=${window.function}` : '';
  return `/images/${imageId}/preview.png?frame=${frame}${shape}`;
}

/** What a person should know of the file, each in a sentence. */
export function describeFile({ modality, spacing, flags }: FileFacts): readonly string[] {
  const { burnedIn, lossy, overlays } = flags;
  return [
    ...(modality === null ? [] : [`Modality ${modality}.`]),
    describeSpacing(spacing),
    ...(burnedIn === 'yes' ? ['Names or other writing are drawn into the pixels.'] : []),
    ...(burnedIn === 'unknown'
      ? ['The file does not say whether names are drawn into the pixels: look before you pass it on.']
      : []),
    ...(lossy ? ['Values were lost by compression.'] : []),
    ...(overlays > 0
      ? [`The file has ${overlays} overlay ${overlays === 1 ? 'plane' : 'planes'}, not shown here.`]
      : []),
  ];
}

function describeSpacing(spacing: FileFacts['spacing']): string {
  if (!spacing) return 'The file does not say how large a pixel is: measurements are in pixels.';
  const { x, y, unit, regions } = spacing;
  if (unit !== 'mm') return 'Pixels are measured at the detector, not in the patient: measurements are in pixels.';
  const where = regions ? ', within its ultrasound regions only' : '';
  return `A pixel is ${round(x)} × ${round(y)} mm${where}.`;
}

/** Whether both show the same pixels in the same grey. */
export function isSameView(one: ShownView, other: ShownView): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the words about a view say of its file. */
export interface ViewedFile {
  readonly frames: number;
  readonly usualWindow: string;
}

/** Which window a picture is shown by unless a person chose one. `areAsStored`: values are taken as they are. */
export function nameUsualWindow({ windows }: Pick<FileFacts, 'windows'>, areAsStored: boolean): string {
  if (windows.length > 0) return "the file's own window";
  return areAsStored ? 'the values as stored' : 'the usual window, as the file names none';
}

/**
 * What the picture shows, and what the answers beside it are about where that is another view; while one is `loading`,
 * the picture is still the one before.
 */
export function sayShown(
  { shown, analysed, loading }: Readonly<Record<'shown' | 'analysed', ShownView>> & { readonly loading?: ShownView },
  file: ViewedFile,
): string {
  return [
    `Shown: ${describeView(shown, file)}.`,
    ...(loading ? [`Loading ${describeView(loading, file)} …`] : []),
    ...(isSameView(shown, analysed) ? [] : [`The answers are about ${describeView(analysed, file)}.`]),
  ].join(' ');
}

/** A view in a few words, for the line below the picture. */
export function describeView({ frame, window }: ShownView, { frames, usualWindow }: ViewedFile): string {
  const which = frames > 1 ? `frame ${frame + 1} of ${frames}` : '';
  const shown = window ? `window ${window.center} / ${window.width}` : usualWindow;
  return [which, shown].filter((part) => part !== '').join(', ');
}
