/** What is wrong with a head, and what its author does about it. Start-up and `medzoo check-head` say the same. */
export interface HeadFault {
  /** What was expected and what came, as whole sentences. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}
