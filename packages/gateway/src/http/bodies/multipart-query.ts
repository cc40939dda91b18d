import type { Readable } from 'node:stream';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ImageUploads } from '../../images/image-uploads.js';
import { ReceivedImage } from '../../images/received-image.js';
import type { GatewaySettings } from '../../settings.js';
import { abortOnHangUp } from '../abort-on-hang-up.js';
import { principalOf } from '../principal-of.js';
import { checkJson } from './check-json.js';
import { receiveBody } from './receive-body.js';
import { receiveForm, type ReceivedForm } from './receive-form.js';
import { refuseRequest } from '../admission/refuse-request.js';

const OPERATIONS = z.custom<Readonly<Record<string, unknown>>>((value) => {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
});
const PATHS_BY_PART = z.record(z.string(), z.array(z.string()));

/** Room for the paths of a few images; looking through a map takes longer than reading it. */
const MOST_MAP_CHARACTERS = 4096;

/**
 * Takes a GraphQL request that brings its images: https://github.com/jaydenseric/graphql-multipart-request-spec, one
 * operation a request. The images are stored, and stand in the variables when GraphQL reads them.
 */
export function multipartQuery(uploads: ImageUploads, settings: GatewaySettings): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'POST' || !request.is('multipart/form-data')) {
      next();
      return;
    }
    const asker = { caller: principalOf(request).id, signal: abortOnHangUp(response) };
    const receive = (body: Readable): ReturnType<ImageUploads['receive']> => uploads.receive(body, asker);
    request.body = await receiveBody(request, response, settings, async () => {
      return putImages(await receiveForm(request, receive, settings));
    });
    // What it is from here on. Apollo would ask for a header that makes browsers ask first; `refuseCrossSite` has seen
    // to that.
    request.headers['content-type'] = 'application/json';
    next();
  };
}

/** The operation with each image in the place that the map gives it, where there must be null. */
function putImages({ fields, images }: ReceivedForm): Readonly<Record<string, unknown>> {
  if ((fields.get('map')?.length ?? 0) > MOST_MAP_CHARACTERS)
    throw refuseRequest(`The form's field "map" may have at most ${MOST_MAP_CHARACTERS} characters.`, 413);
  const operation = parseField(fields, 'operations', OPERATIONS, '{"query":"...","variables":{"file":null}}');
  const map = parseField(fields, 'map', PATHS_BY_PART, '{"0":["variables.file"]}');
  for (const [part, paths] of Object.entries(map)) {
    const image = images.get(part);
    if (!image) throw refuseRequest(`The map names the file "${part}", which did not come with the form.`);
    for (const path of paths) putAt(operation, path, new ReceivedImage(image));
  }
  return operation;
}

function parseField<T>(fields: ReceivedForm['fields'], name: string, schema: z.ZodType<T>, example: string): T {
  const text = fields.get(name);
  const expected = `The form's field "${name}" is JSON such as ${example}`;
  if (text === undefined) throw refuseRequest(`${expected}; it is missing.`);
  checkJson(Buffer.from(text), `The form's field "${name}"`);
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw refuseRequest(`${expected}; it is something else.`);
  }
}

function putAt(operation: object, path: string, image: ReceivedImage): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  let place: unknown = operation;
  for (const step of steps) place = isHolder(place, step) ? place[step] : undefined;
  if (steps[0] !== 'variables' || !isHolder(place, last) || place[last] !== null)
    throw refuseRequest(`The map puts a file at "${path}", where "operations" has no variable that is null.`);
  place[last] = image;
}

function isHolder(value: unknown, key: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
