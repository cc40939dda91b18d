import type { Zoo } from '@medzoo/core';
import type { Logger } from 'pino';
import type { InjectionToken } from 'tsyringe';
import type { ImageStore } from './images/image-store.js';
import type { GatewaySettings } from './settings.js';
import type { ZooMonitor } from './zoo-monitor.js';

/** What the gateway is given, as opposed to the classes it makes itself, which are their own tokens. */
export const ZOO: InjectionToken<Zoo> = Symbol('Zoo');
export const IMAGES: InjectionToken<ImageStore> = Symbol('ImageStore');
export const SETTINGS: InjectionToken<GatewaySettings> = Symbol('GatewaySettings');
export const MONITOR: InjectionToken<ZooMonitor> = Symbol('ZooMonitor');
export const LOGGER: InjectionToken<Logger> = Symbol('Logger');
