import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askGateway } from '../src/page/script/requests/ask-gateway.js';
import { describeAnswers } from '../src/page/script/answers/describe-answers.js';
import { placeAt } from '../src/page/script/prompts/prompts.js';
import { runAnalysis } from '../src/page/script/requests/run-analysis.js';
import { createFakeZoo } from './fake-zoo.js';
import { drawPng, startTestGateway } from './start-test-gateway.js';

const forever = new AbortController().signal;
const maxBytes = 64 * 2 ** 20;

/** A file as a browser has it, with a name that must not leave it. */
const createFile = (bytes: Uint8Array | string): File =>
  new File([typeof bytes === 'string' ? bytes : Uint8Array.from(bytes)], 'DOE^JANE.png', { type: 'image/png' });

const analyze = async (url: string, file: Blob, headIds: readonly string[], signal = forever) => {
  let uploads = 0;
  const result = await runAnalysis({ file, headIds, maxBytes }, askGateway(url), signal, () => (uploads += 1));
  return { ...result, uploads };
};

/** What a proxy before a gateway might answer. */
async function startServer(status: number, type: string, body: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("the page's requests", () => {
  it('upload once and ask all heads in one query', async () => {
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({}, zoo);
    const png = await drawPng();
    const result = await analyze(gateway.url, createFile(png), ['organs', 'broken', 'diagnosis']);
    const id = createHash('sha256').update(png).digest('hex');
    expect(result).toMatchObject({ image: { id, width: 3, height: 2 }, uploads: 1 });
    expect(zoo.calls).toHaveLength(1);
    const reports = describeAnswers(result.answers);
    expect(reports.map(({ kind, headId }) => [kind, headId])).toEqual([
      ['masks', 'organs'],
      ['failure', 'broken'],
      ['classes', 'diagnosis'],
    ]);
    expect(reports).toMatchObject([
      { rows: [{ label: 'left', facts: 'presence 0.99 · 2 px · 33 % of the image' }, {}], run: '15 ms on fake' },
      { fault: { code: 'INFERENCE_FAILED', retryable: true } },
      {
        rows: [
          { label: 'ill', isPlausible: true },
          { label: 'healthy', isPlausible: false },
        ],
      },
    ]);
  });

  it('ask nothing of an image that is only to be pointed at, and then with what was pointed at', async () => {
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({}, zoo);
    const { image, answers } = await analyze(gateway.url, createFile(await drawPng()), []);
    expect([answers, zoo.calls]).toEqual([[], []]);
    const { width, height } = image;
    const params = { points: [{ ...placeAt({ x: 1, y: 0.5 }, { width, height }), positive: true }] };
    const [answer] = await askGateway(gateway.url).analyze(image.id, [{ id: 'organs', params }], forever);
    expect(zoo.calls).toMatchObject([{ requests: { organs: { points: [{ x: 3, y: 1, positive: true }] } } }]);
    const [report] = describeAnswers([answer!]);
    const url = report?.kind === 'masks' ? report.rows[1]!.url! : '';
    expect((await askGateway(gateway.url).fetchPicture(url, forever)).type).toBe('image/png');
  });

  it('fetch the pictures that the answers name', async () => {
    const gateway = await startTestGateway();
    const { answers } = await analyze(gateway.url, createFile(await drawPng()), ['organs', 'diagnosis']);
    const [masks, classes] = describeAnswers(answers);
    const maskUrl = masks?.kind === 'masks' ? masks.rows[1]!.url! : '';
    const heatUrl = classes?.kind === 'classes' ? classes.heatMap!.url : '';
    const requests = askGateway(gateway.url);
    expect(await (await requests.fetchPicture(maskUrl, forever)).text()).toBe('png of right');
    const heat = await requests.fetchPicture(heatUrl, forever);
    expect(await sharp(await heat.arrayBuffer()).metadata()).toMatchObject({ format: 'png', width: 3, height: 2 });
    const gone = requests.fetchPicture(maskUrl.replace(/[0-9a-f]{64}/, '0'.repeat(64)), forever);
    await expect(gone).rejects.toMatchObject({ stage: 'picture', fault: { code: 'IMAGE_NOT_FOUND' } });
  });

  it("do not tell the file's name or type", async () => {
    let head = '';
    const server = createServer((request, response) => {
      head = JSON.stringify([request.url, request.rawHeaders]);
      request.resume();
      response.end('{ "error": { "code": "BUSY" } }');
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(analyze(url, createFile('x'), ['organs'])).rejects.toMatchObject({ fault: { code: 'BUSY' } });
    expect(head).toContain('application/octet-stream');
    expect(head).not.toMatch(/DOE|image\/png/);
  });

  it.each([
    ['no image', 'hello', ['organs'], 'upload', 'INVALID_IMAGE', /does not begin like an image/],
    ['no file', '', ['organs'], 'upload', 'INVALID_IMAGE', /empty/],
    ['too many heads', undefined, Array<string>(40).fill('organs'), 'query', 'BAD_USER_INPUT', /32/],
  ])('say what was wrong with %s, and where', async (_what, text, headIds, stage, code, message) => {
    const gateway = await startTestGateway();
    const asked = analyze(gateway.url, createFile(text ?? (await drawPng())), headIds);
    const fault = { code, message: expect.stringMatching(message) as string, retryable: false };
    await expect(asked).rejects.toMatchObject({ name: 'PageError', stage, fault });
  });

  it('tell of a head that is gone in its place', async () => {
    const gateway = await startTestGateway();
    const { answers } = await analyze(gateway.url, createFile(await drawPng()), ['organs', 'gone']);
    const message = expect.stringContaining('no head "gone"') as string;
    expect(describeAnswers(answers)).toMatchObject([
      { kind: 'masks' },
      { kind: 'failure', headId: 'gone', fault: { code: 'UNKNOWN_HEAD', message } },
    ]);
  });

  it('tell that an image is gone', async () => {
    const gateway = await startTestGateway();
    const asked = askGateway(gateway.url).analyze('0'.repeat(64), [{ id: 'organs' }], forever);
    await expect(asked).rejects.toMatchObject({ stage: 'query', fault: { code: 'IMAGE_NOT_FOUND', retryable: true } });
  });

  it('are not made for a file that is too large', async () => {
    const gateway = await startTestGateway();
    const file = createFile(await drawPng());
    const asked = runAnalysis({ file, headIds: ['organs'], maxBytes: 20 }, askGateway(gateway.url), forever, () => {
      expect.unreachable();
    });
    const message = expect.stringContaining(`at most 20 bytes; this file has ${file.size}`) as string;
    await expect(asked).rejects.toMatchObject({ stage: 'upload', fault: { code: 'IMAGE_TOO_LARGE', message } });
    expect(gateway.log()).not.toContain('/images');
  });

  it('end for the zoo when they are stopped', async () => {
    const controller = new AbortController();
    const zoo = createFakeZoo(({ options }) => {
      controller.abort();
      return once(options.signal!, 'abort');
    });
    const gateway = await startTestGateway({}, zoo);
    const asked = analyze(gateway.url, createFile(await drawPng()), ['organs'], controller.signal);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(gateway.log).toContain('"aborted":true');
  });

  it.each([
    [502, 'text/html', '<h1>Bad gateway</h1>', 'HTTP_502'],
    [200, 'application/json', '[]', 'HTTP_200'],
    [200, 'application/json', '{ "id": "a" }', 'HTTP_200'],
  ])('tell an answer that is not the gateway’s: %i %s %s', async (status, type, body, code) => {
    const url = await startServer(status, type, body);
    const fault = { code, retryable: status >= 500 };
    await expect(analyze(url, createFile('x'), ['organs'])).rejects.toMatchObject({ stage: 'upload', fault });
    await expect(askGateway(url).analyze('a', [{ id: 'organs' }], forever)).rejects.toMatchObject({
      stage: 'query',
      fault,
    });
    await expect(askGateway(url).fetchPicture('/a', forever)).rejects.toMatchObject({ stage: 'picture', fault });
  });

  it('say that there was no answer', async () => {
    const gateway = await startTestGateway();
    await gateway.close();
    const fault = { code: 'NO_ANSWER', retryable: true };
    await expect(analyze(gateway.url, createFile('x'), ['organs'])).rejects.toMatchObject({ stage: 'upload', fault });
  });
});

describe('the page', () => {
  it('is under a policy that lets its own script and styles through and no others', async () => {
    const gateway = await startTestGateway();
    const response = await gateway.get('/');
    const html = await response.text();
    const policy = response.headers.get('content-security-policy');
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html)!;
    const digest = createHash('sha256').update(style).digest('base64');
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'sha256-${digest}'`,
      "img-src 'self' blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });

  it('finds every module of its script here', async () => {
    const gateway = await startTestGateway();
    const [, main = ''] = /<script type="module" src="([^"]+)"/.exec(await (await gateway.get('/')).text())!;
    const seen = new Set<string>();
    const load = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const response = await gateway.get(path);
      expect(`${response.status} ${response.headers.get('content-type')}`).toMatch(/^200 text\/javascript/);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const imports = [...(await response.text()).matchAll(/^import .*from '([^']+)'/gm)];
      for (const [, specifier] of imports) await load(new URL(specifier!, new URL(path, gateway.url)).pathname);
    };
    await load(main);
    expect(seen.size).toBeGreaterThan(5);
    expect((await gateway.get('/page/icon.svg')).headers.get('content-type')).toContain('image/svg+xml');
    expect((await gateway.get('/page/none.js')).status).toBe(404);
  });

  it('is left out with its script where a gateway is not to be explored', async () => {
    const gateway = await startTestGateway({ explore: false });
    for (const path of ['/', '/page/dom/main.js', '/page/icon.svg']) expect((await gateway.get(path)).status).toBe(404);
  });

  it('says the limit that is set', async () => {
    const gateway = await startTestGateway({ maxImageBytes: 5 * 2 ** 20 });
    expect(await (await gateway.get('/')).text()).toContain(`data-max-bytes="${5 * 2 ** 20}"`);
  });
});
