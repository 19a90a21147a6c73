/** The operator's commands on a data folder: check, backup, restore. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkStore } from "../ledger/fsck.ts";
import { STORE_FILE, openStore, readStore } from "../ledger/store.ts";
import { MAP_FILE, openMapStore } from "../rooms/map/index.ts";
import { PEOPLE_FILE, openPeopleStore } from "../rooms/decide/index.ts";
import { COMPANIES_FILE, openCompaniesStore } from "../rooms/honour/index.ts";
import { ConfigError } from "./config.ts";

/** The files of a data folder besides the store. Without its keys a register cannot go on. */
const KEYS = ["log.key", "witness.key", "chain.key", "publishing.key"];

/** Recomputes a folder's store. Exit code 0 where it is sound, 3 where not. */
export function check(folder: string): number {
  const store = readStore(folder);
  try {
    const shown = process.stderr.isTTY ? (share: number) => process.stderr.write(`\rchecking ${Math.round(100 * share)} %`) : () => {};
    const { entries, problems } = checkStore(store, shown);
    if (process.stderr.isTTY) process.stderr.write("\n");
    for (const problem of problems) console.log(problem);
    console.log(
      problems.length === 0 ? `${entries} entries: tiles, status and checkpoint agree with them.` : `${problems.length} disagreements in ${entries} entries.`,
    );
    return problems.length === 0 ? 0 : 3;
  } finally {
    store.close();
  }
}

/** Copies a register into a new folder, while it runs, and checks the copy. */
export function backup(folder: string, target: string): number {
  requireEmpty(target);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const store = readStore(folder);
  try {
    store.copyTo(join(target, STORE_FILE));
    copyMap(folder, target);
    copyPeople(folder, target);
  } catch (error) {
    rmSync(join(target, STORE_FILE), { force: true });
    throw error;
  } finally {
    store.close();
  }
  copyKeys(folder, target);
  console.log(`Copied to ${target}. It contains the register's keys: keep it as safe as the register.`);
  return check(target);
}

/** Puts a backup into an empty data folder, and checks it. */
export function restore(source: string, folder: string): number {
  if (!existsSync(join(source, STORE_FILE))) throw new ConfigError(`${source} holds no backup: there is no ${STORE_FILE} in it.`);
  requireEmpty(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(join(source, STORE_FILE), join(folder, STORE_FILE));
  copyKeys(source, folder);
  for (const file of [MAP_FILE, PEOPLE_FILE, COMPANIES_FILE]) if (existsSync(join(source, file))) copyFileSync(join(source, file), join(folder, file));
  openStore(folder).close();
  console.log("Restored. If the backup is older than what was published, the witnesses will know, and the register will refuse to sign.");
  return check(folder);
}

function requireEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new ConfigError(`The folder ${folder} is not empty. Nothing was written.`);
}

/** After the ledger's: what the map takes for logged and the copied ledger lacks is submitted again. */
function copyMap(folder: string, target: string): void {
  if (!existsSync(join(folder, MAP_FILE))) return;
  const map = openMapStore(folder);
  map.copyTo(join(target, MAP_FILE));
  map.close();
}

/** Sealed copies and mailboxes: what no log can give back. */
function copyPeople(folder: string, target: string): void {
  for (const [file, open] of [
    [PEOPLE_FILE, openPeopleStore],
    [COMPANIES_FILE, openCompaniesStore],
  ] as const) {
    if (!existsSync(join(folder, file))) continue;
    const store = open(folder);
    store.copyTo(join(target, file));
    store.close();
  }
}

function copyKeys(from: string, to: string): void {
  for (const key of KEYS) if (existsSync(join(from, key))) copyFileSync(join(from, key), join(to, key));
}
