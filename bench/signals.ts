/** Reads the signals of 25,000 organisations: the vendors of a real list, over and over, each with contacts, own sites and scans as well. */
import { readFileSync } from "node:fs";
import type { CompanyCard } from "../rooms/map/card-schema.ts";
import { makeCards } from "../rooms/map/cards/card.ts";
import { exposuresOf } from "../rooms/map/signals/exposure.ts";
import { tcfGvl } from "../rooms/map/importers/tcf-gvl.ts";
import { joinRecords } from "../rooms/map/join/join.ts";
import { firstMethod } from "../rooms/map/signals/method.ts";
import { distributionsOf } from "../rooms/map/signals/overview.ts";
import type { OrganisationFacts } from "../rooms/map/schema.ts";
import { signalContext, signalsOf } from "../rooms/map/signals/signals.ts";
import { sharedData } from "../test/shared-data.ts";
import { report } from "./report.ts";

const ORGANISATIONS = 25_000;
const name = "vendor-list-v17-2023-09-07.json";
const [list] = tcfGvl.read([{ name, bytes: readFileSync(sharedData(`iab-gvl/${name}`)) }]);
const organisations = list!.records.map(({ key, facts }, i) => ({
  record: {
    id: i + 1,
    source: "tcf-gvl",
    key,
    version: "v17",
    dated: "2023-09-07",
    retrievedAt: "2026-11-22T00:00:00Z",
    predecessor: null,
    current: true,
    gone: null,
  },
  facts: facts as OrganisationFacts,
}));
const made = [...makeCards({ organisations, scans: [], sites: [], cookies: [], today: "2026-11-23" }, joinRecords({ records: organisations }))];
const cards = Array.from({ length: ORGANISATIONS }, (_, i): CompanyCard => {
  const card = made[i % made.length]!;
  const seen = {
    site: "shop.example",
    record: 9e6,
    at: "2023-10-01T00:00:00Z",
    tool: "a tool",
    states: [
      {
        state: "refused" as const,
        requests: 3,
        domains: ["a.example"],
        cookies: [{ name: "id", days: 900, domain: card.domains[0]?.value ?? "a.example" }],
        techniques: [],
      },
    ],
  };
  return {
    ...card,
    rights: [{ value: { difficulty: "hard", deletionUrl: "https://a.example" }, records: [1] }],
    contacts: [{ value: { kind: "email", value: "a@a.example", purpose: "rights" }, records: [1], onOwnDomain: true }],
    seenOn: Array.from({ length: i % 20 }, () => seen),
  };
});
const exposure = exposuresOf(
  Array.from({ length: 10_000 }, (_, i) => ({ site: `s${i}.example`, categories: [{ name: "advertising", mean: i % 50 }], record: i })),
  firstMethod.trackers,
);

const before = process.cpuUsage();
const start = performance.now();
const context = signalContext(firstMethod, { exposure });
const overview = distributionsOf(readAll(), firstMethod);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
report(
  `Signals of ${ORGANISATIONS.toLocaleString("en")} organisations, ${(ORGANISATIONS - overview.bands.none).toLocaleString("en")} with a band over ${firstMethod.weightings} weightings`,
  [
    { figure: "all answers, bands and the distribution of both", measured: `${seconds.toFixed(2)} s`, goal: "<= 5 s", met: seconds <= 5 },
    { figure: "the same in CPU time, all threads", measured: `${((user + system) / 1e6).toFixed(2)} s` },
  ],
);

function* readAll() {
  for (const card of cards) yield { id: card.id, signals: signalsOf(card, context) };
}
