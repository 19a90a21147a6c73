/** How a command ends. */

/** Exit codes: from 64 on those of BSD's sysexits.h. */
export const EXIT = { ok: 0, failure: 1, usage: 2, unverified: 3, badData: 65, noInput: 66, unreachable: 69, unavailable: 75 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** What a command has to say: data for stdout, talk for stderr. Either may be empty; each ends in a newline. */
export interface Outcome {
  exit: Exit;
  stdout: string;
  stderr: string;
}

/** Input that the command cannot work with. `code` is one of the library's, or one of `input_missing`, `input_unreadable`, `input_invalid`. */
export class Failure extends Error {
  readonly exit: Exit;
  readonly code: string;

  constructor(exit: Exit, code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.exit = exit;
    this.code = code;
  }
}
