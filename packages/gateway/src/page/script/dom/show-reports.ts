import type { HeadReport, MaskRow, ScoreRow } from '../answers/describe-answers.js';
import type { PointRow } from '../answers/describe-points.js';
import type { QuantityRow } from '../answers/describe-quantities.js';
import { faultOf, PageError } from '../requests/fault.js';
import { paintHeat, paintMask, type Pixels } from '../pictures/paint.js';
import { createElement } from './create-element.js';
import { clearFault, createFaultPlace, showFault } from './show-fault.js';
import type { Viewer } from './viewer.js';

const LINE_PIXELS = 4;

export interface ReportParts {
  readonly viewer: Viewer;
  /** What the form says of a head. */
  readonly tellHead: (headId: string) => { readonly title: string; readonly trainedFor: string };
  /** Rejects with a `PageError`. */
  readonly fetchPicture: (url: string) => Promise<Blob>;
  /** Asks a head that refused the image for an answer that is probably wrong. Rejects with a `PageError`. */
  readonly askAnyway?: (headId: string) => Promise<HeadReport>;
  /** Downloads of a head's answer, where there are any. */
  readonly offerFiles?: (headId: string) => HTMLElement;
}

type PictureParts = Pick<ReportParts, 'viewer' | 'fetchPicture'>;
type Paint = (pixels: Pixels) => void;

/** A card for each head: what it answered in words, beside a switch for each picture that it lays over the image. */
export function createReports(reports: readonly HeadReport[], parts: ReportParts): readonly HTMLElement[] {
  const heatSwitches: HTMLInputElement[] = [];
  return reports.map((report) => {
    const { title, trainedFor } = parts.tellHead(report.headId);
    return createElement(
      'article',
      { class: `report ${report.kind}` },
      createElement('h3', {}, title),
      createElement('p', { class: 'soft small' }, trainedFor),
      ...createReport(report, parts, heatSwitches),
    );
  });
}

/** What a card says below the head's name. `heatSwitches`: those of all cards that lie over one image. */
export function createReport(
  report: HeadReport,
  parts: Omit<ReportParts, 'tellHead'>,
  heatSwitches: HTMLInputElement[] = [],
): readonly HTMLElement[] {
  if (report.kind === 'failure') {
    const place = createFaultPlace();
    showFault(place, report.fault);
    return [place];
  }
  if (report.kind === 'refusal') return [createRefusal(report, parts, heatSwitches)];
  const soft = (words: string, more = ''): readonly HTMLElement[] =>
    words === '' ? [] : [createElement('p', { class: `soft${more}` }, words)];
  return [
    ...report.cautions.map((caution) => createElement('p', { class: 'refusal' }, caution)),
    ...createRows(report, parts),
    ...soft(report.kind === 'classes' ? report.plausible : ''),
    ...(report.kind === 'classes' && report.heatMap ? [createHeatSwitch(report.heatMap, parts, heatSwitches)] : []),
    ...soft(report.run, ' small'),
    ...(parts.offerFiles ? [parts.offerFiles(report.headId)] : []),
  ];
}

/** Why a head does not answer, and a button for an answer all the same, which takes the place of the words. */
function createRefusal(
  { headId, message }: Extract<HeadReport, { kind: 'refusal' }>,
  parts: Omit<ReportParts, 'tellHead'>,
  heatSwitches: HTMLInputElement[],
): HTMLElement {
  // A file of an answer that is probably wrong is asked for in GraphQL.
  const { askAnyway, offerFiles: _, ...shown } = parts;
  const place = createElement('div', {}, createElement('p', { class: 'refusal' }, message));
  if (!askAnyway) return place;
  const button = createElement('button', { type: 'button', class: 'button plain' }, 'Answer all the same');
  const fault = createFaultPlace();
  button.addEventListener('click', () => {
    button.disabled = true;
    clearFault(fault);
    askAnyway(headId).then(
      (report) => place.replaceChildren(...createReport(report, shown, heatSwitches)),
      (error: unknown) => {
        button.disabled = false;
        if (!isAbort(error)) showFault(fault, faultOf(error));
      },
    );
  });
  place.append(createElement('p', { class: 'actions' }, button), fault);
  return place;
}

function createRows(
  report: Exclude<HeadReport, { kind: 'failure' | 'refusal' }>,
  parts: PictureParts,
): readonly HTMLElement[] {
  switch (report.kind) {
    case 'masks':
      return report.rows.map((row) => createMaskRow(row, parts));
    case 'values':
      return report.rows.map(createQuantityRow);
    case 'points':
      return report.rows.map((row) => createPointRow(row, parts));
    case 'classes':
      return report.rows.map(createScoreRow);
  }
}

function createMaskRow({ label, colour, facts, url }: MaskRow, parts: PictureParts): HTMLElement {
  const swatch = createElement('span', { class: url === undefined ? 'swatch empty' : 'swatch' });
  swatch.style.setProperty('--colour', colour);
  const words = createElement('span', {}, createElement('b', {}, label), createElement('small', {}, facts));
  if (url === undefined) return createElement('p', { class: 'row' }, createElement('i', {}), swatch, words);
  const { box, load, fault } = createSwitch(url, parts, 'mask', (pixels) => paintMask(pixels, colour, LINE_PIXELS));
  box.checked = true;
  void load();
  return createElement('div', {}, createElement('label', { class: 'row' }, box, swatch, words), fault);
}

function createScoreRow({ label, share, percent, isBest, isPlausible }: ScoreRow): HTMLElement {
  const bar = createElement('span', { class: 'bar', 'aria-hidden': 'true' }, createElement('span'));
  (bar.firstElementChild as HTMLElement).style.width = `${share * 100}%`;
  const mark = isPlausible ? createElement('span', { class: 'mark' }, 'plausible') : '';
  const name = createElement('span', { class: 'name' }, label, ' ', mark);
  return createElement('p', { class: isBest ? 'score best' : 'score' }, name, bar, createElement('span', {}, percent));
}

function createPointRow({ label, colour, facts, point }: PointRow, { viewer }: PictureParts): HTMLElement {
  const swatch = createElement('span', { class: point ? 'swatch' : 'swatch empty' });
  swatch.style.setProperty('--colour', colour);
  const words = createElement('span', {}, createElement('b', {}, label), createElement('small', {}, facts));
  if (!point) return createElement('p', { class: 'row' }, createElement('i', {}), swatch, words);
  const ring = viewer.addPoint(point, colour);
  const box = createElement('input', { type: 'checkbox' });
  box.checked = true;
  box.addEventListener('change', () => (ring.hidden = !box.checked));
  return createElement('label', { class: 'row' }, box, swatch, words);
}

function createQuantityRow({ label, value, interval }: QuantityRow): HTMLElement {
  const words = createElement('span', {}, `${label} `, createElement('b', {}, value));
  return createElement('p', { class: 'value' }, words, createElement('small', { class: 'soft' }, ` ${interval}`));
}

/** Only one heat map is shown at a time: two over each other say nothing. */
function createHeatSwitch(
  { label, url }: { readonly label: string; readonly url: string },
  parts: PictureParts,
  others: HTMLInputElement[],
): HTMLElement {
  const { box, load, fault } = createSwitch(url, parts, 'heat', paintHeat);
  others.push(box);
  box.addEventListener('change', () => {
    if (!box.checked) return;
    for (const other of others) {
      if (other === box || !other.checked) continue;
      other.checked = false;
      other.dispatchEvent(new Event('change'));
    }
    void load();
  });
  const words = createElement('span', {}, `Show what speaks for “${label}”`);
  return createElement('div', {}, createElement('label', { class: 'row' }, box, words), fault);
}

/** A checkbox that shows and hides a picture over the image. `load` fetches it once, and again after a fault. */
function createSwitch(url: string, { viewer, fetchPicture }: PictureParts, kind: 'mask' | 'heat', paint: Paint) {
  const box = createElement('input', { type: 'checkbox' });
  const fault = createFaultPlace();
  let layer: Promise<HTMLElement> | undefined;
  const load = async (): Promise<void> => {
    clearFault(fault);
    layer ??= fetchPicture(url).then((picture) => viewer.addLayer(kind, picture, paint));
    try {
      (await layer).hidden = !box.checked;
    } catch (error) {
      layer = undefined;
      box.checked = false;
      if (error instanceof PageError) showFault(fault, error.fault);
      else if (!isAbort(error)) showFault(fault, unreadable());
    }
  };
  box.addEventListener('change', () => {
    if (layer || box.checked) void load();
  });
  return { box, load, fault };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function unreadable() {
  return { code: 'PICTURE_UNREADABLE', message: 'This browser could not read the picture.', retryable: false };
}
