import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { trainedEncoder, trainedModel } from '../trained-model.js';

const FOLDER = new URL('../../../../schemas/', import.meta.url);

/**
 * JSON Schema has no word for what `superRefine` checks: the exporter has to keep it by itself, and a zoo checks it
 * again.
 */
const FILES = {
  'head.schema.json': { schema: trainedModel, title: "A head's model.json" },
  'encoder.schema.json': { schema: trainedEncoder, title: "An encoder's model.json" },
};

/** Python's regular expressions know no classes of Unicode. */
const CONTROL_CHARACTERS = String.raw`\x00-\x1f\x7f-\x9f`;

function toJsonSchema(name: keyof typeof FILES): string {
  const { schema, title } = FILES[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly; // of the parsed value, not of the file
      if (jsonSchema.pattern) jsonSchema.pattern = jsonSchema.pattern.replaceAll('\\p{Cc}', CONTROL_CHARACTERS);
    },
  });
  const $id = `https://github.com/medzoo/medzoo/blob/main/packages/core/schemas/${name}`;
  return `${JSON.stringify({ $schema, $id, title, ...rest }, undefined, 2)}\n`;
}

it.each(Object.keys(FILES) as (keyof typeof FILES)[])(
  '%s is what the zod schema says (vitest run --update brings it up to date)',
  async (name) => {
    await expect(toJsonSchema(name)).toMatchFileSnapshot(new URL(name, FOLDER).pathname);
  },
);

it('the files refuse unknown fields on every level', () => {
  for (const name of Object.keys(FILES)) {
    const objects = findObjects(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.filter(({ additionalProperties }) => additionalProperties !== false)).toEqual([]);
  }
});

type ObjectSchema = Readonly<Record<'additionalProperties', unknown>>;

function findObjects(node: unknown): ObjectSchema[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'properties' in node && 'type' in node ? [node as unknown as ObjectSchema] : [];
  return [...own, ...Object.values(node).flatMap(findObjects)];
}
