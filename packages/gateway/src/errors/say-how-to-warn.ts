/** As core says it, in TypeScript; `packages/core/src/zoo/head/refuse-image.ts` writes it and its test keeps it. */
const IN_TYPESCRIPT = "with outOfDomain: 'warn'";

/** How a caller of each kind asks for an answer about an image that is out of domain. */
const WAYS = { graphql: 'with outOfDomain: WARN', http: 'with ?outOfDomain=warn' } as const;

/** A refusal of an image in words that its caller can write: the advice of core is about TypeScript. */
export function sayHowToWarn(message: string, caller: keyof typeof WAYS): string {
  return message.replace(IN_TYPESCRIPT, WAYS[caller]);
}
