/** The package has its types in comments only. */
declare module 'apollo-upload-client/UploadHttpLink.mjs' {
  import { ApolloLink } from '@apollo/client';

  // eslint-disable-next-line import-x/no-default-export -- the package has it
  export default class UploadHttpLink extends ApolloLink {
    constructor(options: { readonly uri: string });
  }
}
