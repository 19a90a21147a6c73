/** Five ways to cheat, and what is told of each attempt. */
import type { ReceiptStep } from "@freehold/protocol/receipt";

/** One attempt, and what came of it. */
export interface Trial {
  /** What the shop tried. */
  tried: string;
  /** `caught`: it did not work. `shown`: it worked so far as that goes, and it is evidence against the shop. */
  outcome: "caught" | "shown";
  /** Who says so. */
  by: "the register" | "the verifier" | "the SDK" | "the check" | "the log";
  step?: ReceiptStep;
  code?: string;
  /** In the words of whoever found it. */
  found: string;
  /** The names of the receipts that anybody can verify. */
  evidence?: readonly string[];
}

export interface Cheat {
  name: "forge" | "relog" | "stale" | "puppet" | "deny";
  title: string;
  about: string;
  /** Why it fails, once it has. */
  because: string;
}

export const cheats: readonly Cheat[] = [
  {
    name: "forge",
    title: "Forge a grant",
    about: "Robin has refused our newsletter. We write a grant in Robin's name.",
    because: "A grant is signed with a key that only Robin has. Being in the log proves that something was written then, and not that Robin wrote it.",
  },
  {
    name: "relog",
    title: "Log a withdrawn grant again",
    about: "Robin had allowed our newsletter and withdrew that. We still have the signed grant, and log it once more.",
    because: "A withdrawal opens the lock that Robin's signature covers. Whatever is logged with that lock has ended, however often and in whatever wrapping.",
  },
  {
    name: "stale",
    title: "Look away: use an old status",
    about: "Robin withdrew. We kept the status from before, which shows the grant as standing.",
    because:
      "Each status has a signed size and time. An older one is never taken back, one that is too old allows nothing, and bits of one do not fit another.",
  },
  {
    name: "puppet",
    title: "Bind a sock puppet",
    about: "Robin has refused. We make a second key, say that it is Robin's too, and let it allow everything.",
    because: "Which key belongs to which account is a signed document of ours in the log. A second one that says nothing of the first convicts us.",
  },
  {
    name: "deny",
    title: "Deny having received it",
    about: "Robin has refused, and we have acknowledged that. Now we say that nothing ever arrived.",
    because: "Our acknowledgement is signed with the key of our own claim, and stands in a log that we do not write.",
  },
];

/** What came of a cheat. */
export interface Report {
  cheat: Cheat;
  /** An instant. */
  at: string;
  trials: Trial[];
  /** Receipts by name. */
  evidence: { [name: string]: string };
  /** Whether check() allows the use now that all was tried. */
  allowedAfter: boolean;
}
