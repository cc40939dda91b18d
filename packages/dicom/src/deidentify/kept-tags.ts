/**
 * What is left of a de-identified file: all that pixels, their place, their size and their look need, and no text that
 * a person wrote. This is stricter than the basic profile of PS3.15, which lists what to remove: an attribute that
 * nobody thought of, and any private one, is left out as well.
 */
const KEPT = `
  00080005 00080008 00080060 00080068
  00180015 00180050 00180088 00181164 00182010 00185100 00185101
  00186011 00186012 00186014 00186016 00186018 0018601a 0018601c 0018601e 00186020 00186022 00186024 00186026 00186028 0018602a 0018602c 0018602e
  00200011 00200012 00200013 00200020 00200032 00200037 00200060 00200062 00201041 00209056 00209057 00209113 00209116
  00280002 00280004 00280006 00280008 00280009 00280010 00280011 00280014 00280030 00280034
  00280100 00280101 00280102 00280103 00280106 00280107 00280108 00280109 00280110 00280111
  00280120 00280121 00280122 00280123 00280124 00280125 00280301 00280a02
  00281050 00281051 00281052 00281053 00281056 00281101 00281102 00281103 00281201 00281202 00281203 00281221 00281222 00281223
  00282110 00282112 00282114 00283000 00283002 00283006 00283010 00289110 00289132 00289145
  20500020
  30040002 30040004 3004000a 3004000c 3004000e
  52009229 52009230
  7fe00001 7fe00002 7fe00008 7fe00009 7fe00010
`;

const KEPT_TAGS: ReadonlySet<string> = new Set(
  KEPT.trim()
    .split(/\s+/)
    .map((tag) => `x${tag}`),
);

/** Sequences among them; what else is written as one is none that is needed. */
export const KEPT_SEQUENCES: ReadonlySet<string> = new Set(
  '00186011 00209113 00209116 00283000 00283010 00289110 00289132 00289145 52009229 52009230'
    .split(' ')
    .map((tag) => `x${tag}`),
);

/**
 * Groups 6000 to 601E: that there is an overlay and where. Its bits go, as in PS3.15, table E.1-1: names are drawn into
 * them, and nothing here shows one.
 */
const KEPT_OF_OVERLAYS: ReadonlySet<string> = new Set('0010 0011 0015 0040 0050 0051 0100 0102'.split(' '));

/**
 * Names of the instance, study, series and frame of reference: others take their place, the same wherever the same
 * stood.
 */
const RENAMED: ReadonlySet<string> = new Set(['x00080018', 'x0020000d', 'x0020000e', 'x00200052']);

export type Treatment = 'keep' | 'rename' | 'drop';

/** What becomes of an element, `tag` as dicom-parser writes it. */
export function treatmentOf(tag: string): Treatment {
  if (RENAMED.has(tag)) return 'rename';
  if (tag === 'x00080016' || KEPT_TAGS.has(tag)) return 'keep';
  return /^x60[01][02468ace]/.test(tag) && KEPT_OF_OVERLAYS.has(tag.slice(5)) ? 'keep' : 'drop';
}
