/** Fifty people who take a thousand decisions with their own clients at a register that really runs, through a listener that keeps every byte which the register receives. */
import { randomInt } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@freehold/protocol/bytes";
import { syncBackup } from "@freehold/person/backup";
import type { Draft, Item } from "@freehold/person/schema";
import { withdraw } from "@freehold/person/withdraw";
import type { Shard, ShardIndex, ShardNames, ShardOrganisation } from "../rooms/decide/schema.ts";
import { shardNumber } from "../rooms/map/index.ts";
import { granting, meet, openCompany, refusing } from "./parties.ts";
import type { Company, Person } from "./parties.ts";
import { startRecorder } from "./recorder.ts";
import type { Recorder } from "./recorder.ts";
import { startRegister, temporaryFolder } from "./register.ts";
import type { RunningRegister } from "./register.ts";

export const PEOPLE = 50;
/** Of one person: about organisations of the map, which never hear of it. With two for each of two companies it makes a thousand. */
const ABOUT_OTHERS = 16;
const AT_ONCE = 8;
/** Purposes as the map and the pages name them. */
export const PURPOSES = ["dpv:PersonalisedAdvertising", "dpv:DirectMarketing", "dpv:ServicePersonalisation", "dpv:NonCommercialResearch"];
const flags = "--interval 50 --rate 0 --log debug";

export interface Somebody {
  person: Person;
  /** Receipts as they were delivered: two to the one company, two to the other. */
  delivered: { item: Item; text: string }[];
  /** Those that she searched for in the map. */
  organisations: ShardOrganisation[];
}

export interface Crowd {
  register: RunningRegister;
  recorder: Recorder;
  /** The register's files before anybody had decided anything. */
  before: Map<string, Buffer>;
  left: Company;
  right: Company;
  /** It has a mailbox at the register, and no endpoint. */
  boxed: Company;
  people: Somebody[];
  /** Secrets that withdrawals have made public, in hexadecimal. */
  published: Set<string>;
}

/** The name under which both companies know a person. */
export const subjectOf = (n: number) => `customer-${n}-${"abcdefghij"[n % 10]}`;

export async function gather(): Promise<Crowd> {
  const first = await startRegister({ flags, env: { FREEHOLD_SEED: "default" } });
  const recorder = await startRecorder(first.url);
  const company = (name: string, mailboxOnly = false) => openCompany({ register: recorder.url, folder: temporaryFolder(), name, mailboxOnly });
  const companies = {
    left: await company("Leftward Traders Ltd"),
    right: await company("Rightward Traders GmbH"),
    boxed: await company("Boxed Traders SARL", true),
  };
  await untilQuiet(first.url);
  await first.stop();
  const before = filesOf(first.folder).set("log lines", Buffer.from(first.stderr));
  const register = await startRegister({ folder: first.folder, flags });
  recorder.target = register.url;

  const crowd: Crowd = { register, recorder, before, ...companies, people: [], published: new Set() };
  let next = 0;
  const worker = async () => {
    while (next < PEOPLE) {
      const n = next++;
      crowd.people[n] = await sitting(n, crowd);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return crowd;
}

/** Waits until the register has published its map, and grows no more by itself. */
async function untilQuiet(url: string): Promise<void> {
  const size = async () => Number((await (await fetch(`${url}/log/checkpoint`)).text()).split("\n")[1]);
  for (let same = 0, last = 0; same < 30;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await size();
    same = now === last ? same + 1 : 0;
    last = now;
  }
}

export function filesOf(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name))]));
}

export async function askJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** Organisations that she picks by name, found in the parts as the page finds them. */
async function pick(url: string): Promise<ShardOrganisation[]> {
  const index = await askJson<ShardIndex>(`${url}/v1/shards`);
  const { names } = await askJson<ShardNames>(url + index.names);
  const ids = Array.from({ length: ABOUT_OTHERS }, () => names[randomInt(names.length)]![0]);
  const found: ShardOrganisation[] = [];
  for (const number of new Set(ids.map((id) => shardNumber(id, index.bits))))
    found.push(...(await askJson<Shard>(url + index.parts[number]!)).organisations.filter(({ id }) => ids.includes(id)));
  return Array.from({ length: ABOUT_OTHERS }, (_, i) => found[i % found.length]!);
}

/** Everything that one person does. */
async function sitting(n: number, { recorder, left, right, published }: Crowd): Promise<Somebody> {
  const person = await meet(recorder.url);
  const place = { seed: person.seed, url: recorder.url, fetch };
  person.book = await syncBackup({ ...place, book: person.book });
  const organisations = await pick(recorder.url);
  const about = organisations.map(({ controller, name }, i): Draft => {
    const party = { id: controller, name };
    if (i % 4 === 3) return { act: i % 8 === 3 ? "eu-gdpr:A15" : "eu-gdpr:A17", controller: party };
    return {
      act: i % 4 === 2 ? "dpv:ObjectingToProcess" : "dpv:ConsentRefused",
      controller: party,
      processes: [{ purposes: [PURPOSES[i % PURPOSES.length]!] }],
    };
  });
  const asked = await Promise.all([left, right].map((company) => company.ask(subjectOf(n))));
  const atCompanies = [left, right].flatMap((company, i): Draft[] => [
    n % 2 === 0 ? granting(company, asked[i]!.offer) : refusing(company),
    { act: "eu-gdpr:A15", controller: { id: company.id, name: company.name } },
  ]);
  const items = await person.decide([...about, ...atCompanies]);
  const delivered: Somebody["delivered"] = [];
  for (const [i, item] of items.slice(ABOUT_OTHERS).entries()) {
    const at = i < 2 ? 0 : 1;
    const { delivery } = await person.bring(item, [left, right][at]!, asked[at]!.reference);
    if (delivery.error !== undefined) throw new Error(delivery.error);
    delivered.push({ item: person.item(item), text: (await person.receipt(item)).text });
  }
  if (n % 5 === 0) {
    const through = { fetch, register: { url: recorder.url, policy: person.source.policy } };
    for (const item of [items[0]!, items[ABOUT_OTHERS]!, items[ABOUT_OTHERS + 2]!]) {
      published.add(toHex(person.secret(item)));
      await withdraw({ ...through, secret: person.secret(item) });
    }
    await person.look();
  }
  person.book = await syncBackup({ ...place, book: person.book });
  return { person, delivered, organisations };
}
