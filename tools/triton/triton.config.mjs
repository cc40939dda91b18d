// A zoo whose models run on the server that MEDZOO_TRITON_URL names.
import { automed } from '@medzoo/automed';
import { defineConfig } from '@medzoo/core';
import { createRemoteBackend } from '@medzoo/remote';
import { chestXrayPneumonia } from '@medzoo/medcls';
import { promptable } from '@medzoo/sam-med2d';

export default defineConfig({
  heads: [automed, promptable, chestXrayPneumonia],
  backend: createRemoteBackend({ urls: [process.env.MEDZOO_TRITON_URL], loading: 'load' }),
});
