/** The command `freehold refuse`: a no, signed here and sealed into a register's log, towards an organisation that the register does not learn. */
import { dirname, join } from "node:path";
import { prepare, textOf } from "@freehold/person/prepare";
import type { Prepared } from "@freehold/person/prepare";
import { makeReceipt } from "@freehold/person/receipts";
import type { Draft, Item } from "@freehold/person/schema";
import { sign } from "@freehold/person/sign";
import { takeSnapshot } from "@freehold/person/snapshot";
import type { Act, Party, Process } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { isKnown, kindOf } from "@freehold/protocol/vocabulary";
import { confirm } from "./ask.ts";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { findOrganisation, seenOf } from "./organisations.ts";
import type { Organisation } from "./organisations.ts";
import { json, paint, row, visible, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { orFailure } from "./person-failure.ts";
import { replace } from "./person-store.ts";
import { keep, nowInSeconds, publish, shortId, syncCopies, withSitting } from "./sitting.ts";
import type { PersonOptions, Sitting } from "./sitting.ts";
import { actWords, partyWords, termWords } from "./summary.ts";

export interface RefuseOptions extends PersonOptions {
  act: keyof typeof TERMS;
  purpose?: readonly string[];
  name?: string;
  receipt?: string;
  yes?: boolean;
  acceptMissing?: boolean;
  copies: boolean;
}

/** What can be said to anybody without a form: the words of the option, and the act of the record (spec/record.md). */
const TERMS = {
  refuse: "dpv:ConsentRefused",
  object: "dpv:ObjectingToProcess",
  "withdraw-consent": "dpv:ConsentWithdrawn",
  "opt-out": "dpv:OptingOutFromProcess",
} as const satisfies { readonly [word: string]: Act };

const NEXT =
  "The register has a sealed number and knows neither the organisation nor what you said. Nobody has been told yet: bring it to the organisation, as a letter (`freehold letter ITEM`) or with the receipt.";

/** Signs and logs a refusal. Throws {@link Failure}: 65 where nobody has this name, 1 where she says no, and what the register's failures are. */
export function refuse(word: string, options: RefuseOptions, page: Page): Promise<Outcome> {
  return orFailure(async () => {
    const processes = processesOf(options.purpose);
    return withSitting(options, async (sitting) => {
      const organisation = await findOrganisation(word, sitting.source);
      const draft: Draft = { act: TERMS[options.act], controller: partyOf(word, organisation, options.name), ...(processes && { processes }) };
      const { book, log, seed } = sitting;
      const [prepared] = prepare({ book, log, seed, drafts: [draft], now: nowInSeconds() });
      await askFor(prepared!, options, page);
      const item = await signOne(sitting, prepared!, organisation);
      // What is in the log and not in a copy can be lost with this computer.
      if (options.copies) {
        sitting.copies = await syncCopies(sitting);
        keep(sitting);
      }
      await publish(sitting, options.copies);
      return report(sitting, { id: item.id, prepared: prepared! }, options, page);
    });
  });
}

function processesOf(purposes: readonly string[] | undefined): Process[] | undefined {
  if (purposes === undefined || purposes.length === 0) return undefined;
  const wrong = purposes.find((term) => !isKnown(term) || kindOf(term) !== "purpose");
  if (wrong !== undefined)
    throw new Failure(EXIT.usage, "vocabulary_unknown", `${wrong} is no purpose of DPV; one is dpv:PersonalisedAdvertising (spec/vocabulary.md).`);
  return [{ purposes: [...new Set(purposes)].sort() }];
}

function partyOf(word: string, organisation: Organisation | undefined, name: string | undefined): Party {
  if (organisation === undefined) return { id: word, name: name ?? word.replace(/^https?:\/\//, "") };
  return { id: organisation.controller, name: (name ?? organisation.name).slice(0, 200) };
}

/** Shows the exact text, and goes on only with her word. */
async function askFor(prepared: Prepared, options: RefuseOptions, page: Page): Promise<void> {
  const { draft, overlaps } = prepared;
  const before = overlaps.length === 0 ? "" : `You have said something of the same before: ${overlaps.map(shortId).join(", ")}.\n\n`;
  const text = textOf(prepared, true).split("\n").map(visible).join("\n");
  const shown = `${wrap(actWords(draft.act, partyWords(draft.controller)), page)}\n\n${before}What is signed, shown with line breaks:\n${text}\n\n`;
  if (options.yes === true && options.json === true) return;
  process.stderr.write(shown);
  if (options.yes === true || (await confirm("Sign it?"))) return;
  throw new Failure(EXIT.failure, "gesture_refused", "Nothing was signed.");
}

async function signOne(sitting: Sitting, prepared: Prepared, organisation: Organisation | undefined): Promise<Item> {
  const { seed, book } = sitting;
  const now = nowInSeconds();
  const also = () => (organisation === undefined ? {} : { seen: seenOf(organisation, formatInstant(Math.floor(now))) });
  const signed = await sign({ seed, book, prepared: [prepared], gesture: async () => null, now, also });
  sitting.book = signed.book;
  keep(sitting); // before anything of it leaves: an entry whose opening is lost proves nothing
  return signed.items[0]!;
}

async function report(sitting: Sitting, { id, prepared }: { id: string; prepared: Prepared }, options: RefuseOptions, page: Page): Promise<Outcome> {
  const { source, copies, store, log } = sitting;
  const item = sitting.book.items.find((one) => one.id === id)!;
  const { text } = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy: source.policy, now: nowInSeconds() });
  const receipt = options.receipt ?? join(dirname(store.file), "receipts", `${shortId(item)}.json`);
  replace(receipt, text);
  const { act, controller, processes } = prepared.record;
  const stderr = copies === null ? "" : `${wrap(`freehold: your copies at the register are not in step: ${copies}`, page)}\n`;
  if (options.json)
    return {
      exit: EXIT.ok,
      stdout: json({ signed: true, item: id, entry: item.index, register: source.url, text: textOf(prepared), receipt, copies }),
      stderr,
    };
  const rows: [string, string][] = [
    ["said", actWords(act, partyWords(controller))],
    ["purposes", processes === undefined ? "all" : processes.map(({ purposes }) => termWords(purposes)).join("; ")],
    ["item", shortId(item)],
    ["entry", `${item.index}, in a log of ${log.size}, ${log.origin}`],
    ["receipt", `${receipt}, verified`],
  ];
  const title = `${paint(["bold", "green"], `Signed, and in the log: entry ${item.index}.`, page)}\n\n`;
  return { exit: EXIT.ok, stdout: `${title}${rows.map(([name, words]) => row("", name, words, page)).join("")}\n${wrap(NEXT, page)}\n`, stderr };
}
