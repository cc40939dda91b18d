export { createLogger, type LoggerOptions } from './observability/create-logger.js';
export type { GatewayOptions } from './gateway-options.js';
export { DEFAULT_SETTINGS, type GatewaySettings } from './settings.js';
export { type RunningGateway, startGateway } from './start-gateway.js';
export { ZooMonitor } from './zoo-monitor.js';
