import { DECODERS } from './decoders.js';

/** What the zoo's processes read beside raster files, where a config names no decoders itself. */
export default DECODERS;
