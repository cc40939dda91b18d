import { expect, it } from 'vitest';
import { writeForm } from './write-form.js';

it('a form is read as it was meant', async () => {
  const file = Uint8Array.of(0, 13, 10, 45, 45, 255);
  const { contentType, body } = writeForm({ operations: '{"query":"é"}', map: '{}' }, '0', file);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- no server: an independent reader of what was written
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  expect([...form.keys()]).toEqual(['operations', 'map', '0']);
  expect(form.get('operations')).toBe('{"query":"é"}');
  expect(new Uint8Array(await new Response(form.get('0')).arrayBuffer())).toEqual(file);
});
