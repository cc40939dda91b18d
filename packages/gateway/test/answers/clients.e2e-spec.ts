import { readFile } from 'node:fs/promises';
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache, type ApolloLink } from '@apollo/client';
import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createFakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

// The clients as their own documentation sets them up: with no header of ours.
const HEADS = '{ heads { id task } }';
const UPLOAD = 'mutation ($file: Upload!) { uploadImage(file: $file) { width height mediaType } }';
const UPLOADED = { uploadImage: { width: 3, height: 2, mediaType: 'image/png' } };

async function start() {
  const gateway = await startTestGateway();
  const url = new URL('graphql', gateway.url).href;
  const file = new File([new Uint8Array(await drawPng())], 'image.png', { type: 'image/png' });
  const { data } = await gateway.query<object>(HEADS);
  expect(data).toBeDefined();
  return { url, file, heads: data! };
}

it.each([
  ['by POST', (uri: string): ApolloLink => new HttpLink({ uri })],
  ['by GET', (uri: string): ApolloLink => new HttpLink({ uri, useGETForQueries: true })],
  ['and sends files', (uri: string): ApolloLink => new UploadHttpLink({ uri })],
])("Apollo's client asks %s", async (_, createLink: (uri: string) => ApolloLink) => {
  const { url, file, heads } = await start();
  const link = createLink(url);
  const client = new ApolloClient({ link, cache: new InMemoryCache(), dataMasking: false });
  const query = await client.query({ query: gql(HEADS) });
  expect(query.data).toMatchObject(heads);
  if (!(link instanceof UploadHttpLink)) return;
  const upload = await client.mutate({ mutation: gql(UPLOAD), variables: { file } });
  expect(upload.data).toMatchObject(UPLOADED);
});

it("Apollo's client is told what is wrong with a request that does not get to GraphQL", async () => {
  const { url } = await start();
  const client = new ApolloClient({ link: new UploadHttpLink({ uri: url }), cache: new InMemoryCache() });
  const codeOf = (error: unknown): unknown =>
    CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : error;
  const file = new File(['no image'], 'image.png', { type: 'image/png' });
  const upload = client.mutate({ mutation: gql(UPLOAD), variables: { file } });
  expect(await upload.catch(codeOf)).toBe('INVALID_IMAGE');
  const large = gql('{ seriesAnalysis(id: "x") { frames(count: 99999) { index } } }');
  expect(await client.query({ query: large }).catch(codeOf)).toBe('BAD_USER_INPUT');
  const elsewhere = new HttpLink({ uri: url, headers: { 'sec-fetch-site': 'cross-site' } });
  const page = new ApolloClient({ link: elsewhere, cache: new InMemoryCache() });
  expect(await page.query({ query: gql(HEADS) }).catch(codeOf)).toBe('CROSS_SITE');
});

it("Apollo's cache takes each member of HeadAnswer for what it is, with the possible types of the README", async () => {
  const { url, file } = await start();
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const written = /const answers = .*\nconst HeadAnswer = .*\n/.exec(readme)![0];
  const possibleTypes = { HeadAnswer: [...written.matchAll(/'(\w+)'/g)].map(([, name]) => name!) };
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  const mutation = gql`
    mutation ($file: Upload!) {
      uploadImage(file: $file) {
        id
        analyze(heads: [{ id: "organs" }, { id: "diagnosis" }, { id: "none" }]) {
          ...all
        }
      }
    }
    fragment all on HeadAnswer {
      ... on SegmentationAnswer {
        headId
      }
      ... on ClassificationAnswer {
        headId
      }
      ... on HeadFailure {
        headId
      }
    }
  `;
  const client = new ApolloClient({
    link: new UploadHttpLink({ uri: url }),
    cache: new InMemoryCache({ possibleTypes }),
    dataMasking: false,
  });
  const { data } = await client.mutate({ mutation, variables: { file } });
  const answers = ['organs', 'diagnosis', 'none'].map((headId) => ({ headId }));
  expect(data).toMatchObject({ uploadImage: { analyze: answers } });
  expect(warn).not.toHaveBeenCalled();
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __type(name: "HeadAnswer") { possibleTypes { name } } }' }),
  });
  const { data: schema } = (await reply.json()) as { data: { __type: { possibleTypes: { name: string }[] } } };
  expect(possibleTypes.HeadAnswer.toSorted()).toEqual(schema.__type.possibleTypes.map(({ name }) => name).toSorted());
});

it("Apollo's cache keeps the models of one process apart from those of another", async () => {
  const { processes, ...runtime } = createFakeZoo().runtime();
  const models = [1, 2].map((measuredBytes) => ({ ...processes[0]!.models[0]!, measuredBytes }));
  const zoo = createFakeZoo(undefined, {
    ...runtime,
    processes: models.map((model) => ({ ...processes[0]!, models: [model] })),
  });
  const { url } = await startTestGateway({}, zoo);
  const client = new ApolloClient({
    link: new HttpLink({ uri: new URL('graphql', url).href }),
    cache: new InMemoryCache(),
  });
  const query = gql`
    {
      runtime {
        processes {
          models {
            modelId
            measuredBytes
          }
        }
      }
    }
  `;
  const { data } = await client.query({ query });
  const expected = models.map(({ id, measuredBytes }) => ({ models: [{ modelId: id, measuredBytes }] }));
  expect(data).toMatchObject({ runtime: { processes: expected } });
});

it("urql's client asks by GET, as it does with short queries, and sends files", async () => {
  const { url, file, heads } = await start();
  const methods: (string | undefined)[] = [];
  const client = createClient({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetch: (input, init) => {
      methods.push(init?.method);
      return fetch(input, init);
    },
  });
  const query = await client.query(HEADS, {}).toPromise();
  expect(query.error).toBeUndefined();
  expect(query.data).toMatchObject(heads);
  const upload = await client.mutation(UPLOAD, { file }).toPromise();
  expect(upload.error).toBeUndefined();
  expect(upload.data).toMatchObject(UPLOADED);
  expect(methods).toEqual(['GET', 'POST']);
});

it('tools that make types read the schema', async () => {
  const { url } = await start();
  const headers = { 'content-type': 'application/json' };
  for (const options of [{}, { specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true }]) {
    const body = JSON.stringify({ query: getIntrospectionQuery(options) });
    const reply = await fetch(url, { method: 'POST', headers, body });
    const { data } = (await reply.json()) as { readonly data: IntrospectionQuery };
    expect(buildClientSchema(data).getType('HeadAnswer')).toBeDefined();
  }
});
