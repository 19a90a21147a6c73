/** Bundles that a desk receives: verified, bound, stored durably, and then answered. One process, one core: verification is most of it. */
import { join } from "node:path";
import { hashOf } from "@freehold/protocol/jws";
import { lockOf } from "@freehold/protocol/lock";
import { toHex } from "@freehold/protocol/bytes";
import { formatReceipt, verifyReceipt } from "@freehold/protocol/receipt";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk, signRecord } from "@freehold/protocol/sign";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { createDesk } from "@freehold/sdk/desk";
import { openReception } from "@freehold/sdk/reception";
import { openSqliteStore } from "@freehold/sdk/store-sqlite";
import { bytesOf, createRegister } from "../protocol/testkit/register.ts";
import { START, advertising, beaconOf, claimOf, offerOf, shop, shopKey } from "../protocol/testkit/story.ts";
import { withFolder } from "./process.ts";
import { cpuMilliseconds, report, thousands } from "./report.ts";

const PEOPLE = Number(process.argv[2] ?? 500);
const register = createRegister("register.example/log");
const claim = claimOf();
register.publishDocument(claim);
const offer = offerOf();
const beacon = register.publish(START + 120);
const people = Array.from({ length: PEOPLE }, (_, i) => {
  const key = bytesOf(`person ${i}`);
  key[0]! &= 0x7f;
  return key;
});
/** Two grants of each: her first contact, and a second decision. */
const rounds = [0, 1].map((round) =>
  people.map((key, i) => {
    const lock = toHex(lockOf(bytesOf(`secret ${i} ${round}`)));
    const expires = formatInstant(START + 90 * 86_400);
    const jws = signRecord(
      {
        "@context": "urn:freehold:record:1",
        act: "dpv:ConsentGiven",
        beacon: beaconOf(register, beacon),
        controller: shop,
        expires,
        lock,
        offer: hashOf(offer),
        processes: [advertising],
      },
      key,
    );
    return { key, sealed: register.seal(jws, lock) };
  }),
);
const at = register.publish(START + 300);
const receipts = rounds.map((round) =>
  round.map(({ key, sealed }) => register.receipt({ record: sealed, key: publicJwk(key), beacon, at, offer, claims: [claim] })),
);
const policy = parseTrustPolicy(register.policyText);
const text = formatReceipt(receipts[0]![0]!);
const verified = await cpuMilliseconds(() => verifyReceipt(text, { policy, now: START + 400, controller: shop.id }));

const { first, second } = await withFolder(async (folder) => {
  const desk = await createDesk({
    store: openSqliteStore(join(folder, "desk.sqlite")),
    keys: { signing: shopKey, accounts: bytesOf("accounts") },
    policy,
    register: "http://127.0.0.1:9", // nobody answers: what is measured is what happens before the answer
    controller: shop.id,
    clock: () => START + 400,
    poll: null,
  });
  const reception = await openReception(desk, { name: shop.name, claim, retry: 3_600_000 });
  const references = await Promise.all(people.map((_, i) => reception.reference({ subject: `customer-${i}` })));
  const bring = async (round: number): Promise<number> => {
    const bodies = receipts[round]!.map((receipt, i) =>
      JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt, ...(round === 0 && { reference: references[i] }) }),
    );
    const start = performance.now();
    await Promise.all(bodies.map((body) => reception.receive(body)));
    return (1000 * PEOPLE) / (performance.now() - start);
  };
  const result = { first: await bring(0), second: await bring(1) };
  await reception.close();
  await desk.close();
  return result;
});

report(
  `${thousands(PEOPLE)} bundles of ${thousands(text.length)} characters: record, offer, claim, two checkpoints with three witnesses each; SQLite, synchronous=FULL`,
  [
    { figure: "verification alone, CPU", measured: `${verified.toFixed(2)} ms`, against: `${thousands(1000 / verified)} /s on one core` },
    {
      figure: "first contact: verified, bound, stored; two answers signed",
      measured: `${thousands(first)} /s`,
      against: `${((first * verified) / 1000).toFixed(2)} of verification alone`,
    },
    {
      figure: "of a bound key: verified, stored",
      measured: `${thousands(second)} /s`,
      against: `${((second * verified) / 1000).toFixed(2)} of verification alone`,
      goal: ">= 2,000 /s on two cores",
      met: second >= 2000,
    },
  ],
);
