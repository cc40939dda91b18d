import sharp from 'sharp';
import type { BenchImages } from '../images/bench-images.js';
import { analyzeImage, askCatalogue, GatewayFault, uploadImage } from '../servers/gateway-client.js';
import type { Ending, Expected, Tally } from './tally.js';

/** One request of the soak: what it should end with, and how to make it. */
export interface SoakRequest extends Expected {
  /** How often it is drawn, against the others. */
  readonly weight: number;
  run(url: string): Promise<unknown>;
}

const HEADS = ['automed', 'chest-xray-pneumonia', 'breast-ultrasound', 'brain-mri'] as const;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
/** More than the gateway's deadline: whoever has no end by then has none. */
const LOST_AFTER_MS = 90_000;

export async function createRequests({ files, fresh }: BenchImages, random: () => number): Promise<SoakRequest[]> {
  const pickOne = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const huge = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'grey' } })
    .png()
    .toBuffer();
  const whole = files[0]!;
  const cutOff = Buffer.from(whole.subarray(0, Math.floor(whole.length / 2)));
  const someHeads = (): { readonly id: string }[] => {
    const asked = HEADS.filter(() => random() < 0.5);
    return (asked.length > 0 ? asked : [HEADS[0]]).map((id) => ({ id }));
  };
  const upload = (file: Uint8Array) => (url: string) => uploadImage(url, file);
  return [
    {
      kind: 'new image',
      weight: 30,
      run: async (url) => analyzeImage(url, await uploadImage(url, fresh()), someHeads()),
    },
    {
      kind: 'known image',
      weight: 20,
      run: async (url) => analyzeImage(url, await uploadImage(url, pickOne(files)), someHeads()),
    },
    { kind: 'picture of a mask', weight: 5, run: (url) => fetchMask(url, pickOne(files)) },
    { kind: 'catalogue', weight: 10, run: askCatalogue },
    {
      kind: 'aborted',
      weight: 20,
      async run(url) {
        const id = await uploadImage(url, fresh());
        const signal = AbortSignal.timeout(1 + Math.floor(random() * 150));
        await analyzeImage(url, id, someHeads(), signal);
      },
    },
    { kind: 'cut off', weight: 4, codes: ['INVALID_IMAGE'], run: analyse(cutOff) },
    {
      kind: 'noise',
      weight: 3,
      codes: ['UNSUPPORTED_FORMAT', 'INVALID_IMAGE'],
      run: upload(Buffer.alloc(5000, 'medzoo')),
    },
    { kind: 'empty', weight: 2, codes: ['INVALID_IMAGE'], run: upload(new Uint8Array(0)) },
    { kind: 'SVG', weight: 2, codes: ['UNSUPPORTED_FORMAT'], run: upload(Buffer.from(SVG)) },
    { kind: 'too many pixels', weight: 1, codes: ['IMAGE_TOO_LARGE'], run: analyse(huge) },
    {
      kind: 'unknown head',
      weight: 3,
      codes: ['UNKNOWN_HEAD'],
      run: async (url) => analyzeImage(url, await uploadImage(url, pickOne(files)), [{ id: 'automat' }]),
    },
  ];
}

function analyse(file: Uint8Array): (url: string) => Promise<unknown> {
  return async (url) => analyzeImage(url, await uploadImage(url, file), [{ id: 'automed' }]);
}

async function fetchMask(url: string, file: Uint8Array): Promise<void> {
  const [answer] = await analyzeImage(url, await uploadImage(url, file), [{ id: 'automed' }]);
  const response = await fetch(new URL(answer!.masks![0]!.url, url));
  if (response.ok && (await response.arrayBuffer()).byteLength > 0) return;
  const { error } = (await response.json()) as { readonly error?: { readonly code: string; readonly message: string } };
  throw new GatewayFault(error?.code, error?.message ?? `status ${response.status}`);
}

/** Makes a request and notes how it ended; one that does not end in time is lost. */
export async function makeRequest(request: SoakRequest, url: string, tally: Tally): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${LOST_AFTER_MS / 1000} s: lost`)), LOST_AFTER_MS);
  });
  try {
    await Promise.race([request.run(url), lost]);
    tally.note(request, 'answer');
  } catch (error) {
    tally.note(request, nameOf(error), describe(error));
  } finally {
    clearTimeout(timer);
  }
}

function nameOf(error: unknown): Ending | undefined {
  if (error instanceof GatewayFault) return error.code;
  return error instanceof DOMException && error.name === 'TimeoutError' ? 'aborted' : undefined;
}

/** What fetch says of a connection that broke stands in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
