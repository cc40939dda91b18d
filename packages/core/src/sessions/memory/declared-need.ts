import type { Backend, ModelFiles, Session } from '../../contract/index.js';
import { declaredBytes } from './device-memory.js';

/**
 * What a model is taken to need until it was measured: that of the file that its session runs, or before it is opened
 * of the largest that the backend may choose.
 */
export function declaredNeed(backend: Pick<Backend, 'filesOf'>, spec: ModelFiles, session?: Session): number {
  if (session) return declaredBytes(session.file?.spec ?? spec);
  const specs = backend.filesOf?.(spec).map((file) => file.spec) ?? [spec];
  return Math.max(...specs.map(declaredBytes));
}
