/** Objects whose entries are no fields: read as fields there are none, and defaults would hold without a word. */
const CONTAINERS = /^\[object (?:Map|Set|Date|Promise|RegExp|Error|String|Number|DataView|\w*(?:Array|ArrayBuffer))\]$/;

/** Whether a value is an object of named fields, also one of a class or a Proxy. Throws if it cannot be read. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return !CONTAINERS.test(Object.prototype.toString.call(value));
}
