export { brainMri, breastUltrasound, chestXrayPneumonia } from './heads.js';
export { medclsHead } from './medcls-head.js';
export type { MedClsDescription, MedClsManifest } from './medcls-head.js';
