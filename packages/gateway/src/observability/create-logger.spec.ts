import { expect, test } from 'vitest';
import { fileNameOf } from '../images/stored-image.js';
import { createLogger } from './create-logger.js';

const ID = '0123456789abcdef'.repeat(4);

/** As Node throws it: the path is in the message, in the stack and in a property of its own. */
function systemError(path: string): Error {
  return Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES', path, dest: path });
}

test.each([1, 3])('the path of a stored image of %s frames does not tell its digest', (frames) => {
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line) => void lines.push(line) } });
  const path = `/data/${fileNameOf({ id: ID, width: 40, height: 30, format: 'png', frames, frame: 0 })}`;
  logger.error({ err: new Error('cannot be read', { cause: systemError(path) }) }, 'resolver failed');
  logger.error({ err: systemError(path) }, path);
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).not.toContain(ID.slice(0, 9));
    expect(line).toContain(`/data/${ID.slice(0, 8)}…-40x30`);
    expect(JSON.parse(line)).toMatchObject({ level: 50 });
  }
});

test('another digest, such as that of weights, stays whole', () => {
  let log = '';
  createLogger({ destination: { write: (line) => void (log += line) } }).error({
    err: new Error(`${ID} was expected`),
  });
  expect(log).toContain(ID);
});
