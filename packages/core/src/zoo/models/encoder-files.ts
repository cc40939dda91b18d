import type { Backend, Encoder, ModelFile, Session } from '../../contract/index.js';
import { filesOfEncoder, referenceOf } from '../../contract/model/model-files.js';
import type { SessionPool } from '../../sessions/memory/session-pool.js';

/**
 * Which of its files each encoder of a zoo runs. Embeddings are kept by that file's digest, so it is asked for before an
 * image is encoded, and again when it was.
 */
export interface EncoderFiles {
  /** The file that this encoder runs, or ran last; undefined if it was never open and might run one or another. */
  known(encoder: Encoder): ModelFile | undefined;
  /** As `known`; opens an encoder of which it is not known. Rejects as opening it does. */
  find(encoder: Encoder, signal?: AbortSignal): Promise<ModelFile>;
  /** The file that this session of the encoder runs, which is then known. */
  of(encoder: Encoder, session: Session): ModelFile;
}

export function createEncoderFiles(
  sessions: Pick<SessionPool, 'use'>,
  backend: Pick<Backend, 'filesOf'>,
): EncoderFiles {
  const last = new Map<string, ModelFile>();

  function known({ id, trained }: Encoder): ModelFile | undefined {
    const ran = last.get(id);
    if (ran) return ran;
    const spec = filesOfEncoder(trained);
    const [first = referenceOf(spec), ...others] = backend.filesOf?.(spec) ?? [];
    return others.length === 0 ? first : undefined;
  }

  function of({ id, trained }: Encoder, session: Session): ModelFile {
    const file = session.file ?? referenceOf(filesOfEncoder(trained));
    last.set(id, file);
    return file;
  }

  return {
    known,
    of,
    async find(encoder, signal) {
      const file = known(encoder);
      if (file) return file;
      // Opening says on which provider it runs.
      const look = (session: Session): Promise<ModelFile> => Promise.resolve(of(encoder, session));
      return sessions.use(filesOfEncoder(encoder.trained), look, signal);
    },
  };
}
