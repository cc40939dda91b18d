import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { prepareBare } from '../bare/bare-models.js';
import type { ModelSettings } from './model-settings.js';

// A session in the server's own thread, called by a resolver: the way of transformers.js, and of most examples. Its
// session is that library's default: all cores, spinning.
const settings = JSON.parse(process.env.BENCH_SETTINGS!) as ModelSettings & { readonly provider: string };
const options = { executionProviders: [settings.provider] };
const encoder = await InferenceSession.create(settings.encoder, options);
const head = await InferenceSession.create(settings.head, options);

async function analyze(file: Uint8Array): Promise<unknown> {
  const { width, height } = await sharp(file).metadata();
  const image = new Tensor('float32', await prepareBare(file), [1, 3, settings.height, settings.width]);
  const { embedding } = await encoder.run({ image });
  const { masks, presence } = await head.run({ embedding: embedding!, image });
  const [, , rows, columns] = masks!.dims as [number, number, number, number];
  const logits = masks!.data as Float32Array;
  return Promise.all(
    settings.labels.map(async (label, index) => {
      const plane = logits.subarray(index * rows * columns, (index + 1) * rows * columns);
      const grey = Uint8Array.from(plane, (logit) => Math.round(255 / (1 + Math.exp(-logit))));
      const inImage = await sharp(grey, { raw: { width: columns, height: rows, channels: 1 } })
        .resize(width, height, { fit: 'fill', kernel: 'linear' })
        .toColourspace('b-w')
        .raw()
        .toBuffer();
      let area = 0;
      for (const value of inImage) if (value >= 128) area += 1;
      const present = (presence!.data as Float32Array)[index]!;
      return { label, presence: present, area: present >= (settings.presence[label] ?? 0) ? area : 0 };
    }),
  );
}

const server = new ApolloServer({
  typeDefs: `
    type Mask { label: String! presence: Float! area: Int! }
    type Query { analyze(image: String!): [Mask!]! }
  `,
  resolvers: {
    Query: { analyze: (_: unknown, { image }: { readonly image: string }) => analyze(Buffer.from(image, 'base64')) },
  },
});
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
process.stderr.write(`Apollo answers at ${url}\n`);
