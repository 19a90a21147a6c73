/** What every page says of the register that serves it. */
export interface Site {
  /** The origin line of its log. */
  origin: string;
  /** Where it is reached: scheme, host and port, without a slash at the end. */
  url: string;
  /** Where its source code can be read, if that is on the web. */
  source?: string;
}
