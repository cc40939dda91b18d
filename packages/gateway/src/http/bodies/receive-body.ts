import type { Request, Response } from 'express';
import { discardRest } from '../../images/receive-upload.js';
import type { GatewaySettings } from '../../settings.js';
import { refuseRequest } from '../admission/refuse-request.js';

/**
 * Receives the body of a request by `receive`, which reads it. Rejects with what that rejects with, or with 408 if the
 * client sends too slowly: an upload holds one of a few places, and a query its memory. A client that was refused for
 * another reason may send on, so that it gets to read why.
 */
export async function receiveBody<T>(
  request: Request,
  response: Response,
  { maxImageBytes, uploadWindowMs, minUploadBytesPerSecond }: GatewaySettings,
  receive: () => Promise<T>,
): Promise<T> {
  const leastBytes = (minUploadBytesPerSecond * uploadWindowMs) / 1000;
  const slow = bodyTooSlow(leastBytes, uploadWindowMs);
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    let bytesBefore = request.socket.bytesRead;
    timer = setInterval(() => {
      const { bytesRead } = request.socket;
      if (!request.complete && bytesRead - bytesBefore < leastBytes) reject(slow);
      bytesBefore = bytesRead;
    }, uploadWindowMs).unref();
  });
  const receiving = receive();
  receiving.catch(() => undefined); // if it was too slow, it fails once the connection is closed
  try {
    return await Promise.race([receiving, tooSlow]);
  } catch (error) {
    if (error === slow) response.setHeader('connection', 'close').once('finish', () => request.destroy(slow));
    else {
      const rest = discardRest(request, maxImageBytes);
      // Such a connection is closed with the answer, and a client that is still sending would see that and no answer.
      if (!response.shouldKeepAlive) await Promise.race([rest, tooSlow]).catch(() => undefined);
    }
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function bodyTooSlow(leastBytes: number, withinMs: number): Error {
  const least = `at least ${Math.ceil(leastBytes / 1024)} KiB in ${withinMs / 1000} seconds`;
  const message = `The body was too slow: ${least} must arrive, or all of it. Send it again over a faster connection.`;
  return refuseRequest(message, 408);
}
