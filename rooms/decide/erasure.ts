/** The clock of erasure: now and then, copies that nobody has used for 36 months (rules.ts) are erased. */
import { monthOf } from "./rules.ts";
import type { PeopleStore } from "./store.ts";

/** Milliseconds between looks. */
const LOOK = 6 * 3_600_000;

/** Looks at once and every six hours, until the result is called. What goes wrong is told to `warn` and tried again. */
export function eraseIdleCopies({
  store,
  now = Date.now,
  warn = () => {},
}: {
  store: PeopleStore;
  now?: () => number;
  warn?: (message: string, cause: unknown) => void;
}): () => void {
  const look = () => {
    try {
      store.eraseIdle(monthOf(new Date(now())));
    } catch (cause) {
      warn("idle copies could not be erased; they will be", cause);
    }
  };
  look();
  const timer = setInterval(look, LOOK);
  timer.unref();
  return () => clearInterval(timer);
}
