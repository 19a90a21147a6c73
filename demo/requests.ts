/** Answering requests: the export that an access request is owed, and erasure (GDPR Art. 15 and 17). */
import { createHash } from "node:crypto";
import { FreeholdError } from "@freehold/protocol/errors";
import type { InboxItem } from "@freehold/sdk/inbox";
import type { Reception } from "@freehold/sdk/reception";
import type { Customers } from "./customers.ts";

interface Parts {
  reception: Reception;
  customers: Customers;
}

/** All that the shop holds of a customer, as a text that she can keep. */
async function exportOf(subject: string, { reception, customers }: Parts): Promise<string> {
  const { store } = reception.desk.parts;
  const decisions = [];
  for (const decision of await store.decisions("subject", subject)) {
    const { record, kind, index, expires, processes } = decision;
    decisions.push({ record, kind, index, expires, processes, evidence: (await store.evidence(decision.id)) ?? null });
  }
  const requests = (await reception.inbox.list({ subject })).map(({ record, act, received, due, state, answers }) => ({
    record,
    act,
    received,
    due,
    state,
    answers,
  }));
  const held = {
    of: reception.desk.parts.controller,
    made: new Date().toISOString(),
    customer: customers.find(subject) ?? null,
    decisions,
    requests,
    uses: customers.done(subject),
  };
  return `${JSON.stringify(held, null, 2)}\n`;
}

/** Answers a request with the export; the acknowledgement that is logged names its hash. */
export async function sendExport(record: string, parts: Parts): Promise<InboxItem> {
  const { reception, customers } = parts;
  const subject = (await reception.inbox.get(record))?.subject;
  if (subject === undefined || subject === null) throw new FreeholdError("request_unknown", "It is not known whose request this is: say so first.");
  const text = await exportOf(subject, parts);
  const sha256 = createHash("sha256").update(text).digest("hex");
  // Kept before it is promised.
  customers.keepExport(subject, { sha256, record, text });
  return reception.inbox.answer({ record, answer: "fulfilled", document: sha256 });
}

/** Erases a customer here and at the desk, where a floor stays in her decisions' place (spec/checking.md). */
export async function eraseCustomer(subject: string, { reception, customers }: Parts): Promise<void> {
  await reception.erasures.erase({ subject });
  customers.erase(subject);
}
