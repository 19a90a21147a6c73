/** How far a long work is, on stderr: a line that changes on a terminal, else a line now and then. */

export interface Progress {
  show(what: string, done: number, total: number): void;
  /** Clears the line. */
  end(): void;
}

const TERMINAL_EVERY = 100;
const LINES_EVERY = 5000;

export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const every = out.isTTY ? TERMINAL_EVERY : LINES_EVERY;
  const begun = Date.now();
  let shown = out.isTTY ? 0 : begun; // a short work needs no line
  let open = false;
  return {
    show(what, done, total) {
      const now = Date.now();
      if (now - shown < every) return;
      shown = now;
      const line = `${what}: ${done.toLocaleString("en")} of ${total.toLocaleString("en")} (${Math.floor((100 * done) / total)} %), ${Math.round((now - begun) / 1000)} s`;
      out.write(out.isTTY ? `\r\u001b[2K${line}` : `freehold: ${line}\n`);
      open = out.isTTY;
    },
    end() {
      if (open) out.write("\r\u001b[2K");
    },
  };
}
