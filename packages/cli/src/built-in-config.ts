import { automed } from '@medzoo/automed';
import { defineConfig, type ZooConfig } from '@medzoo/core';
import { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';
import { promptable } from '@medzoo/sam-med2d';

/** The heads of medzoo itself, for a folder without a config. */
export const BUILT_IN_CONFIG: ZooConfig = defineConfig({
  heads: [automed, promptable, chestXrayPneumonia, breastUltrasound, brainMri],
});
