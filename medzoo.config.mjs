// What the gateway serves: to add a head, install its package and name it here. Its encoder follows from it.
import { automed } from '@medzoo/automed';
import { defineConfig } from '@medzoo/core';
import { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';
import { promptable } from '@medzoo/sam-med2d';

export default defineConfig({
  heads: [automed, promptable, chestXrayPneumonia, breastUltrasound, brainMri],
  warmUp: true,
});
