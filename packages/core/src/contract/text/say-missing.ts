import type { z } from 'zod';

/** What every model.json has. */
const FIELDS: Readonly<Record<string, string>> = {
  schema: 'the version of this format, which is 1',
  name: 'the name of the model, such as "lungs-tiny"',
  version: 'the version of the model, such as "1.0.0"',
  model: 'the ONNX file: its url, sha256, bytes, inputs and outputs',
  labels: "a list of labels in the order of the model's outputs; [] for an encoder",
  metrics: 'a list of what was measured, each with name, value, dataset, split and n; [] if nothing was',
  trainedOn: 'a list of the data that the model learnt from, each with dataset, licence and n',
  licence: 'the licence of the weights, such as "Apache-2.0"',
  preprocess: "what makes an image the encoder's input: size, fit, interpolation, channels, mean and std",
};

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  string: 'a text',
  number: 'a number',
  object: 'an object',
  record: 'an object',
};

/** An error map of zod: says of a field that is not there that it is missing, and what belongs there. */
export function sayMissing({ code, input, path = [], ...issue }: z.core.$ZodRawIssue): string | undefined {
  if (input !== undefined || path.length === 0) return undefined;
  const field = path.length === 1 ? FIELDS[String(path[0])] : undefined;
  const kind = code === 'invalid_type' ? KINDS[String(issue.expected)] : undefined;
  const values = code === 'invalid_value' ? (issue.values as readonly unknown[]).map(String).join(', ') : undefined;
  const words = field ?? kind ?? (values && `one of ${values}`);
  return words === undefined ? 'is missing' : `is missing; expected ${words}`;
}
