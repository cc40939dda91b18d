import { z } from 'zod';
import { aWholeNumber, options, partly, whole } from '../options/option-schemas.js';

const fields = {
  maxBytes: aWholeNumber(1),
  maxPixels: aWholeNumber(1),
  /** Of the width and of the height, in pixels: an image of one column costs far more than its pixels. */
  maxSide: aWholeNumber(1),
  /**
   * Memory for decoding in this process, over all images at once, in bytes. An image waits until those before it leave
   * enough; one that needs more than all of it is decoded alone.
   */
  maxDecodingBytes: aWholeNumber(1),
  /** 0 would be no limit to what decodes. */
  timeoutSeconds: whole(z.number().positive().max(3600), 'a number of seconds above 0, of at most 3600'),
};

export const decodeLimits = options(fields);

/** Those that a caller sets; the others keep their defaults. */
export const someDecodeLimits = options({
  maxBytes: partly(fields.maxBytes),
  maxPixels: partly(fields.maxPixels),
  maxSide: partly(fields.maxSide),
  maxDecodingBytes: partly(fields.maxDecodingBytes),
  timeoutSeconds: partly(fields.timeoutSeconds),
});

/**
 * What one image may cost: a small file can hold a very large image. All is checked from the header, before anything is
 * decoded.
 */
export type DecodeLimits = z.infer<typeof decodeLimits>;
