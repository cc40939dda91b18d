import { GraphQLError, GraphQLScalarType } from 'graphql';
import { ReceivedImage } from '../../../images/received-image.js';
import type { StoredImage } from '../../../images/stored-image.js';

const EXPECTED =
  'An Upload is a file of a multipart request: the variable is null in "operations", and "map" says which file ' +
  'takes its place.';

/** A file that came with the request, which is stored by then. */
export const Upload = new GraphQLScalarType<StoredImage, never>({
  name: 'Upload',
  description: 'A file that comes with the request, in the form of the GraphQL multipart request specification.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  parseValue(value) {
    if (value instanceof ReceivedImage) return value.image;
    throw new GraphQLError(EXPECTED);
  },
  parseLiteral(node) {
    throw new GraphQLError(EXPECTED, { nodes: node });
  },
  serialize() {
    throw new GraphQLError('An Upload is not answered.');
  },
});
