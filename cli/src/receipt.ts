/** The command `freehold receipt`: the file that proves one decision alone (spec/receipt.md), made from her book and what the register publishes. */
import { makeReceipt } from "@freehold/person/receipts";
import { takeSnapshot } from "@freehold/person/snapshot";
import { EXIT } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { json, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { orFailure } from "./person-failure.ts";
import { replace } from "./person-store.ts";
import { itemOf, nowInSeconds, publish, withSitting } from "./sitting.ts";
import type { PersonOptions } from "./sitting.ts";

export interface ReceiptOptions extends PersonOptions {
  out?: string;
  withCode?: boolean;
}

/** Makes and verifies a receipt; what waits to be logged is logged first. Throws {@link Failure}: 65 for no such item, 3 where it does not verify. */
export function receipt(word: string, options: ReceiptOptions, page: Page): Promise<Outcome> {
  return orFailure(async () =>
    withSitting(options, async (sitting) => {
      const { id } = itemOf(sitting.book, word);
      if (sitting.book.items.some(({ index }) => index === undefined)) await publish(sitting);
      const { source, book, seed } = sitting;
      const item = book.items.find((one) => one.id === id)!;
      const snapshot = await takeSnapshot(source);
      const { text } = await makeReceipt({ item, snapshot, policy: source.policy, now: nowInSeconds(), ...(options.withCode === true && { seed }) });
      const warning = options.withCode === true ? `${wrap("freehold: it holds its withdrawal code: whoever gets it can end the record.", page)}\n` : "";
      // Byte for byte: a line break at its end would make it another file.
      if (options.out === undefined) return { exit: EXIT.ok, stdout: text, stderr: warning };
      replace(options.out, text);
      const said = options.json ? json({ item: id, entry: item.index, receipt: options.out }) : `${options.out}: verified, entry ${item.index}\n`;
      return { exit: EXIT.ok, stdout: said, stderr: warning };
    }),
  );
}
