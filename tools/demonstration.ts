/**
 * What `npm start` runs until there is a server: one story on the real library, with a register that lives in this
 * process only. Nothing listens, nothing is stored, and the output says so.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRequest } from "@freehold/protocol/check";
import type { DeskView } from "@freehold/protocol/check";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatReceipt, verifyReceipt } from "@freehold/protocol/receipt";
import { isEnded } from "@freehold/protocol/status";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { START, receiptOf, shop, tellStory, withdraw } from "../protocol/testkit/story.ts";

const say = (line = "") => console.log(line);

say("Freehold, protocol library: a demonstration in this process. No server runs, and the people and the shop are invented.");
say();
const story = tellStory();
const policy = parseTrustPolicy(story.register.policyText);
const receipt = formatReceipt(receiptOf(story));
const verified = await verifyReceipt(receipt, {
  policy,
  now: START + 400,
  controller: shop.id,
  onStep: (step, finding) => say(`  ok  ${step.padEnd(16)}${finding}`),
});
say(`A person allowed ${shop.name} personalised advertising with her e-mail address: entry ${verified.index}, receipt of ${receipt.length} characters.`);
say();

const request = { purpose: "dpv:PersonalisedAdvertising", data: "pd:EmailAddress", processing: "dpv:Use" };
say(`The shop asks: may I?  ${answer(verified.checkpoint.size - 1, START + 400)}`);
const after = withdraw(story.register, story.secret);
say(`She publishes her withdrawal code. The log now has ${after.size} entries, none of which names her or the shop.`);
say(`The shop asks again:   ${answer(after.size - 1, START + 3700)}`);
say();

const forged = receipt.replace('"opening":"', '"opening":"0').replace(/("opening":"[0-9a-f]{64})[0-9a-f]/, "$1");
try {
  await verifyReceipt(forged, { policy, now: START });
} catch (error) {
  if (!(error instanceof FreeholdError)) throw error;
  say(`One digit of the receipt changed: refused, ${error.code}. ${error.message}`);
}
const folder = mkdtempSync(join(tmpdir(), "freehold-"));
writeFileSync(join(folder, "receipt.json"), receipt);
writeFileSync(join(folder, "policy.json"), story.register.policyText);
say();
say("Verify it yourself:");
say(`  npx freehold verify ${join(folder, "receipt.json")} --policy ${join(folder, "policy.json")}`);

function answer(statusSize: number, now: number): string {
  const { record, kid, index } = verified;
  const { fold } = story.register;
  const view: DeskView = {
    decisions: [{ kind: "grant", kid, lock: record.lock, index, beacon: record.beacon.size, expires: null, processes: record.processes! }],
    lapsed: new Set(),
    opened: new Set(),
    status: { size: statusSize, witnessedTime: now - 10, isEnded: (i) => isEnded(fold.bits, statusSize, i) },
    floor: 0,
    now,
    maximumAge: policy.maximumAge,
  };
  const result = checkRequest(request, view);
  return result.allowed ? "allowed" : `not allowed (${result.reason})`;
}
