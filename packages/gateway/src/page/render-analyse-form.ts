import type { HeadDescription, Task } from '@medzoo/core';
import type { GatewaySettings } from '../settings.js';
import { escapeHtml } from './escape-html.js';
import { headsWithoutPrompts } from './example-queries.js';
import { formatFileSize } from './script/answers/format.js';
import { HEADS_FIELD, PART_IDS, PROMPTED_HEADS } from './script/part-ids.js';
import type { PromptedHead } from './script/prompts/prompts.js';

/** What the form needs to know of the gateway's limits. */
export type UploadLimits = Pick<GatewaySettings, 'maxImageBytes' | 'maxStoredBytes' | 'keepIdentity'>;

const FORMATS = {
  DICOM: 'application/dicom',
  NIfTI: '.nii',
  PNG: 'image/png',
  JPEG: 'image/jpeg',
  WebP: 'image/webp',
  TIFF: 'image/tiff',
  BMP: 'image/bmp',
  PGM: '.pgm',
  PPM: '.ppm',
};
/** With the endings, since a system may not know the media type of one. */
const ACCEPT = [
  ...Object.values(FORMATS),
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.tif',
  '.tiff',
  '.bmp',
  '.dcm',
  '.gz',
  '.mgh',
  '.mgz',
  '.zip',
].join(',');

/** Points that a person may put for a head that names no number of its own. */
const MOST_POINTS = 16;

/** Heads of these tasks are ticked from the start where there are any: their answers are drawn over the image. */
const IS_TICKED: Readonly<Record<Task, boolean>> = {
  segmentation: true,
  classification: false,
  regression: false,
  keypoints: true,
  multilabel: false,
};

/** The form to put an image in. It is off until the page's script turns it on, and says so. */
export function renderAnalyseForm(heads: readonly HeadDescription[], limits: UploadLimits): string {
  if (heads.length === 0) return '<p>This gateway has no heads.</p>';
  const asked = headsWithoutPrompts(heads);
  const offered = heads.filter(({ manifest }) => asked.includes(manifest.id));
  const prompted = heads.filter((head) => !offered.includes(head)).map(describePrompted);

  const first = offered.filter(({ manifest }) => IS_TICKED[manifest.task]);
  const ticked = first.length > 0 ? first : offered;
  const maxBytes = Math.min(limits.maxImageBytes, limits.maxStoredBytes);
  const formats = Object.keys(FORMATS)
    .join(', ')
    .replace(/, (?=\w+$)/, ' or ');
  const identity = limits.keepIdentity ? '' : ' Of DICOM and NIfTI, nothing is kept that says who the patient is.';
  const byPointing = prompted.length === 0 ? '' : `<p class="soft">${escapeHtml(sayPrompted(prompted))}</p>`;
  const data = `data-max-bytes="${maxBytes}" ${PROMPTED_HEADS}="${escapeHtml(JSON.stringify(prompted))}"`;
  return `<form id="${PART_IDS.form}" ${data}>
<p id="${PART_IDS.needsScript}" class="soft">This form needs JavaScript. Without it, the commands below do the same.</p>
<fieldset id="${PART_IDS.fields}" disabled>
<div id="${PART_IDS.drop}" class="drop">
<label for="${PART_IDS.file}"><b>Image</b>: choose a file, or drop it here</label>
<input type="file" id="${PART_IDS.file}" accept="${ACCEPT}" aria-describedby="analyse-limits">
<p id="analyse-limits" class="soft">${formats}, at most ${formatFileSize(maxBytes)}; a ZIP of a DICOM series. It is kept on this gateway under its SHA-256; its name is not sent.${identity}</p>
</div>
<p id="${PART_IDS.uploadFault}" class="fault" role="alert" hidden></p>
${renderHeadBoxes(offered, ticked)}${byPointing}
<p id="${PART_IDS.headsFault}" class="fault" role="alert" hidden></p>
<p class="actions"><button id="${PART_IDS.submit}" class="button">Analyse</button>
<button id="${PART_IDS.stop}" type="button" class="button plain" hidden>Stop</button>
<progress id="${PART_IDS.progress}" aria-label="Analysis" hidden></progress>
<span id="${PART_IDS.status}" role="status" class="soft"></span></p>
<p class="soft">For research. <strong>Not for diagnosis.</strong></p>
</fieldset>
</form>
<div id="${PART_IDS.upload}"></div>
<section id="${PART_IDS.results}" aria-label="Results" hidden></section>`;
}

function renderHeadBoxes(offered: readonly HeadDescription[], ticked: readonly HeadDescription[]): string {
  if (offered.length === 0) return '';
  const boxes = offered.map((head) => renderHeadBox(head, ticked.includes(head)));
  return `<fieldset class="heads"><legend>Heads to ask</legend>\n${boxes.join('\n')}\n</fieldset>\n`;
}

/**
 * A head answers whatever image it is given: what it was trained for stands beside its name here, and beside its
 * answer.
 */
function renderHeadBox(head: HeadDescription, isTicked: boolean): string {
  const { id, title, task, modalities } = head.manifest;
  const about = modalities.length === 0 ? task : `${task} · ${modalities.join(', ')}`;
  const data = { name: HEADS_FIELD, value: id, 'data-title': title, 'data-trained-for': sayTrainedFor(head) };
  const attributes = Object.entries(data).map(([name, value]) => `${name}="${escapeHtml(value)}"`);
  const words = `${escapeHtml(title)} <small class="soft">${escapeHtml(about)}</small>`;
  return `<label><input type="checkbox" ${attributes.join(' ')}${isTicked ? ' checked' : ''}><span>${words}</span></label>`;
}

function sayTrainedFor({ manifest: { modalities } }: HeadDescription): string {
  return modalities.length === 0 ? '' : `Trained on ${modalities.join(', ')} images only.`;
}

/** Of several params of one kind the first. */
function describePrompted(head: HeadDescription): PromptedHead {
  const { id, title, params } = head.manifest;
  const [points] = Object.entries(params).flatMap(([name, spec]) =>
    spec.type === 'points' ? [{ name, most: spec.maxItems ?? MOST_POINTS }] : [],
  );
  const [box] = Object.entries(params).flatMap(([name, { type }]) => (type === 'box' ? [name] : []));
  return { id, title, trainedFor: sayTrainedFor(head), points: points ?? null, box: box ?? null };
}

function sayPrompted(heads: readonly PromptedHead[]): string {
  const named = heads.map(({ title }) => `“${title}”`).join(', ');
  return `Asked by pointing at the picture, once it is there: ${named}.`;
}
