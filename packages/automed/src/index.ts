export { automed } from './automed.js';
