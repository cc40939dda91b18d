import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createDocumentStore } from './document-store.js';

it('keeps the queries that were asked last, by the length of their texts', async () => {
  const store = createDocumentStore();
  const often = parse('{ heads { id } }');
  await store.set('often', often);
  for (let image = 0; image < 10_000; image++) {
    await store.set(`${image}`, parse(`{ image(id: "${String(image).padStart(64, '0')}") { width height } }`));
    expect(await store.get('often')).toBe(often);
  }
  expect(await store.get('0')).toBeUndefined();
  expect(await store.get('9999')).toBeDefined();
  await store.set('long', parse(`{ heads { id } } # ${'x'.repeat(2 ** 18)}`));
  expect(await store.get('long')).toBeUndefined();
  await store.delete('often');
  expect(await store.get('often')).toBeUndefined();
});
