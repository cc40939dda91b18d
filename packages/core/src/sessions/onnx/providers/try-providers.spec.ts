import { expect, it } from 'vitest';
import { ZooError } from '../../../contract/index.js';
import { tryProviders } from './try-providers.js';
import { parseProvider } from './parse-provider.js';

const choices = [{ id: 'cuda:1' }, { id: 'cpu' }];

it('tryProviders takes the first provider that works and keeps why the others did not', async () => {
  const prepare = ({ id }: { id: string }) =>
    Promise.resolve(() => (id === 'cpu' ? Promise.resolve(id) : Promise.reject(new Error('no card'))));
  expect(await tryProviders(choices, prepare)).toEqual({
    opened: 'cpu',
    skipped: [{ provider: 'cuda:1', reason: 'no card' }],
  });
});

it('tryProviders gives every reason when none works', async () => {
  const prepare = ({ id }: { id: string }) => Promise.resolve(() => Promise.reject(new Error(`not ${id}`)));
  await expect(tryProviders(choices, prepare)).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message:
      'No execution provider can run this model. Tried: cuda:1: not cuda:1; cpu: not cpu. ' +
      '`npx @medzoo/cli doctor` says more, and what mends it.',
    cause: { errors: [{ message: 'not cuda:1' }, { message: 'not cpu' }] },
  });
});

it('tryProviders goes on to no other provider when the weights for one are not to be had', async () => {
  const lost = new ZooError('WEIGHTS_UNAVAILABLE', 'no connection');
  const prepare = ({ id }: { id: string }) =>
    id === 'cpu' ? Promise.resolve(() => Promise.resolve(id)) : Promise.reject(lost);
  await expect(tryProviders(choices, prepare)).rejects.toBe(lost);
});

it('tryProviders says that a GPU was required', async () => {
  const cause = new Error('Failed to load shared library\n');
  const failing = tryProviders([{ id: 'cuda' }], () => Promise.resolve(() => Promise.reject(cause)), true);
  await expect(failing).rejects.toMatchObject({ cause });
  await expect(failing).rejects.toThrow(
    'No GPU can run this model, and requireGpu is set, so it is not run on the CPU. Tried: cuda: Failed to load ' +
      'shared library. ',
  );
});

it('parseProvider reads a device and lists what is supported instead of an unknown name', () => {
  expect(parseProvider('cuda:1', ['cpu', 'cuda'])).toEqual({ id: 'cuda:1', provider: { name: 'cuda', deviceId: 1 } });
  expect(() => parseProvider('cpu:3', ['cpu'])).toThrow('write "cpu", not "cpu:3"');
  expect(parseProvider('cpu', ['cpu'])).toEqual({ id: 'cpu', provider: { name: 'cpu' } });
  for (const id of ['cuda', 'CPU', 'cpu:x', '']) {
    expect(() => parseProvider(id, ['cpu', 'webgpu'])).toThrow(
      `There is no execution provider "${id}" in this build of onnxruntime; it has cpu, webgpu.`,
    );
  }
});
