import { inject, injectable } from 'tsyringe';
import { CallerPlaces } from '../caller-places.js';
import { SETTINGS } from '../injection.js';
import type { GatewaySettings } from '../settings.js';

/** The uploads that may run at one time. */
@injectable()
export class UploadPlaces extends CallerPlaces {
  constructor(@inject(SETTINGS) { maxUploadsAtOnce, maxUploadsPerCaller }: GatewaySettings) {
    super({
      most: maxUploadsAtOnce,
      mostPerCaller: maxUploadsPerCaller,
      what: (count) => (count === 1 ? '1 upload is running' : `${count} uploads are running`),
      advice: 'Send the image again in a second.',
    });
  }
}
