export { headName } from './head-id.js';
