import { ZooError, type Domain, type HeadDescription } from '../../contract/index.js';
import { describeOutOfDomain, kindsOf } from '../../contract/text/describe-domain.js';

/** Says to a person what the image is not, and to a program by how much. */
export function refuseImage({ manifest: { id }, trained }: HeadDescription, domain: Domain): ZooError {
  const { score, threshold, nearest } = domain;
  const words = describeOutOfDomain(`"${id}"`, domain, kindsOf(trained.domains));
  return new ZooError(
    'OUT_OF_DOMAIN',
    `${words} So it does not answer: undo what was done to the image, if it was inverted, turned or damaged; ` +
      `use a head for such images; or set the option outOfDomain to warn, for an answer that is probably wrong.`,
    { details: { head: id, score, threshold, nearest } },
  );
}
