/** How far a command is, on standard error: a line that is written over in a terminal, else a line now and then. */
import type { Report } from "../store/derive.ts";

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

export interface Progress {
  report: Report;
  /** Ends the line. */
  end(): void;
}

const WIDTH = 24;
/** In a file: one line for so much of a step. */
const STEP = 0.25;

export function createProgress(output: Output): Progress {
  let words = "";
  let said = 0;
  let open = false;
  return {
    report(share, now) {
      const done = Math.min(1, Math.max(0, share));
      if (output.isTTY === true) {
        const full = Math.round(WIDTH * done);
        output.write(`\r\u001b[K${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${Math.round(100 * done)} % ${now}`);
        open = true;
      } else if (now !== words || done >= said + STEP) {
        output.write(`${now}${done > 0 && done < 1 ? ` (${Math.round(100 * done)} %)` : ""}\n`);
        said = done;
      }
      words = now;
    },
    end() {
      if (open) output.write("\r\u001b[K");
      open = false;
    },
  };
}
