import { expect, it, vi } from 'vitest';
import type { Backend, ModelSpec, Session } from '../contract/index.js';
import { openOnce } from './open-once.js';

const spec: ModelSpec = { url: 'file:///a.onnx', sha256: 'a', bytes: 1, inputs: [], outputs: [] };

function createBackend() {
  const close = vi.fn(() => Promise.resolve());
  const session: Session = { provider: 'test', run: () => Promise.resolve({}), close };
  const open = vi.fn<Backend['open']>(() => Promise.resolve(session));
  return { name: 'test', open, session, close };
}

it('opens a model once for askers at the same time and later, even if one of them leaves', async () => {
  const backend = createBackend();
  const sessions = openOnce(backend);
  const leaver = sessions.open(spec, AbortSignal.abort(new Error('left')));
  const others = Promise.all([sessions.open(spec), sessions.open({ ...spec })]);
  await expect(leaver).rejects.toThrow('left');
  expect(await others).toEqual([backend.session, backend.session]);
  await sessions.open({ ...spec, sha256: 'b' });
  expect(backend.open).toHaveBeenCalledTimes(2);
});

it('forgets an opening that failed', async () => {
  const backend = createBackend();
  backend.open.mockRejectedValueOnce(new Error('disk'));
  const sessions = openOnce(backend);
  await expect(sessions.open(spec)).rejects.toThrow('disk');
  expect(await sessions.open(spec)).toBe(backend.session);
});

it('closes what is open or about to be', async () => {
  const backend = createBackend();
  const sessions = openOnce(backend);
  void sessions.open(spec);
  await sessions.close();
  await sessions.close();
  expect(backend.close).toHaveBeenCalledTimes(1);
});
