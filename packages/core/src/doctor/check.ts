/** What one check found. */
export interface Finding {
  /** Of the check, for programs, such as `cuda` or `model:automed`. */
  readonly id: string;
  /**
   * `fault`: something that the config asks for, or that nothing runs without, does not work. `notice`: something that
   * may be had and is not, or that will hurt later.
   */
  readonly state: 'ok' | 'notice' | 'fault';
  /** What was found, in a sentence without its full stop. */
  readonly found: string;
  /** What mends it, a command where there is one. */
  readonly remedy?: string;
}
