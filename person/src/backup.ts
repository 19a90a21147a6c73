/** Her copies at the register: equal sealed blobs, kept in step by all her installations (spec/backup.md). */
import { canonicalize } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { check, hex, integer, list, object, oneOf, text } from "@freehold/protocol/shape";
import { unwrapSeed, wrapSeed } from "@freehold/protocol/wrap";
import { fromHex, toHex, utf8 } from "@freehold/protocol/bytes";
import { checkItem, devicesShape, foreignShape, instructionShape } from "./book-file.ts";
import { erasedLocks, lockOf } from "./book.ts";
import { ask, expectStatus } from "./http.ts";
import type { Fetch } from "./http.ts";
import { mergeBooks } from "./merge.ts";
import type { Book, Foreign, Item } from "./schema.ts";
import { BLOB_BYTES, SLOT_BYTES, openSlot, sealSlot, slotKeys } from "./slots.ts";
import type { SlotKeys } from "./slots.ts";

/** What one slot holds. The first one also lists installations, instructions and what was erased. */
interface Slot {
  "@context": "urn:freehold:backup:1";
  slot: number;
  items: Item[];
  devices?: number[];
  foreign?: Foreign[];
  instructions?: Book["instructions"];
}

const anything = (value: unknown): unknown => value;
const slotShape = object(
  { "@context": oneOf("urn:freehold:backup:1"), items: list(anything, 0, 1000), slot: integer(0) },
  { devices: devicesShape, foreign: list(foreignShape, 0, 1000), instructions: list(instructionShape, 0, 1000) },
);

export interface BackupPlace {
  /** Address of the register, without a slash at its end. */
  url: string;
  fetch: Fetch;
  signal?: AbortSignal | undefined;
}

/** More than anyone will need: 1,024 slots are 64 MiB. */
const MAX_SLOTS = 1024;
const ATTEMPTS = 6;

/** A slot as it was read: its text, and the tag that a later write must name. */
interface ReadSlot {
  etag: string;
  text: string;
  slot: Slot;
}

/**
 * Brings the book and its copies into step: reads all slots, takes in what other installations wrote, and writes what is new here. Where another
 * device was faster with a slot, all is read again. To be called before anything is signed, and after it was published.
 *
 * The register may serve older blobs: what they lack shows in the log as a lock without content (`records_missing`).
 *
 * @throws `backup_mismatch`, `backup_malformed` (a slot was changed, or is of something else); `backup_conflict` after six attempts;
 *   `too_large`, `unavailable`, `rate_limited`.
 * @see spec/backup.md
 * @example
 * ```ts
 * book = await syncBackup({ book, seed, url, fetch });
 * ```
 */
export async function syncBackup({ book, seed, ...place }: BackupPlace & { book: Book; seed: Uint8Array }): Promise<Book> {
  const { origin } = book.register;
  for (let attempt = 1; ; attempt++) {
    const read = await readSlots(seed, origin, place);
    const merged = read.reduce((next, { slot }) => mergeBooks(next, partsOf(slot)), book);
    try {
      await writeSlots(slotsOf(merged, read), read, { seed, origin, ...place });
      return merged;
    } catch (error) {
      if (!(error instanceof FreeholdError && error.code === "backup_conflict") || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Takes in what is at the register, and writes nothing: for a recovery, before she decides. */
export async function readBackup({ book, seed, ...place }: BackupPlace & { book: Book; seed: Uint8Array }): Promise<Book> {
  const { origin } = book.register;
  return (await readSlots(seed, origin, place)).reduce((next, { slot }) => mergeBooks(next, partsOf(slot)), book);
}

/** Deletes all copies at the register, the last first. Returns how many there were. */
export async function deleteBackup({ seed, origin, ...place }: BackupPlace & { seed: Uint8Array; origin: string }): Promise<number> {
  const read = await readSlots(seed, origin, place);
  for (let slot = read.length - 1; slot >= 0; slot--) await deleteSlot(slotKeys(seed, { origin, slot }), place);
  return read.length;
}

function partsOf({ items, devices = [], foreign = [], instructions = [] }: Slot): Pick<Book, "items" | "instructions" | "foreign" | "devices"> {
  return { items, devices, foreign, instructions };
}

async function readSlots(seed: Uint8Array, origin: string, place: BackupPlace): Promise<ReadSlot[]> {
  const slots: ReadSlot[] = [];
  for (let slot = 0; slot < MAX_SLOTS; slot++) {
    const keys = slotKeys(seed, { origin, slot });
    const read = await getSlot(keys, place);
    if (read === undefined) break;
    const source = openSlot(read.blob, keys);
    slots.push({ etag: read.etag, text: source, slot: parseSlot(source, slot) });
  }
  return slots;
}

function parseSlot(source: string, index: number): Slot {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new FreeholdError("backup_malformed", `Slot ${index} is no JSON.`, { cause });
  }
  const slot = check(slotShape, value, `slot ${index}`, "backup_malformed") as unknown as Slot;
  if (slot.slot !== index) throw new FreeholdError("backup_malformed", `Slot ${index} says that it is slot ${slot.slot}.`);
  for (const [i, item] of slot.items.entries()) checkItem(item, `slot ${index}, item ${i}`, "backup_malformed");
  return slot;
}

/**
 * The texts of the slots. An item stays where it is as long as it fits, so that mostly one slot changes; what does not fit any more goes
 * further back, and whatever is new goes to the last.
 */
function slotsOf(book: Book, read: readonly ReadSlot[]): string[] {
  const erased = erasedLocks(book);
  const place = new Map(read.flatMap(({ slot }, at) => slot.items.map(({ id }): [string, number] => [id, at])));
  const slots: Slot[] = Array.from({ length: Math.max(1, read.length) }, (_, slot) => emptySlot(slot));
  const devices = [...new Set([...book.devices, book.device])].sort((a, b) => a - b);
  const kept = book.foreign.filter((one) => one.erased === true || one.accepted === true);
  Object.assign(slots[0]!, { devices, foreign: kept, instructions: book.instructions });
  const room = slots.map((slot) => SLOT_BYTES - sizeOf(slot));
  for (const whole of book.items.toSorted((a, b) => (place.get(a.id) ?? MAX_SLOTS) - (place.get(b.id) ?? MAX_SLOTS))) {
    if (erased.has(lockOf(whole))) continue;
    const item = fitting(whole);
    const size = sizeOf(item) + 1;
    let at = place.get(item.id) ?? slots.length - 1;
    while (at < slots.length && size > room[at]!) at++;
    if (at === slots.length) room.push(SLOT_BYTES - sizeOf(slots[slots.push(emptySlot(at)) - 1]));
    if (size > room[at]!) throw new FreeholdError("too_large", "A record with all that belongs to it is larger than a copy may be.");
    slots[at]!.items.push(item);
    room[at]! -= size;
  }
  // Slots at the end that have become empty are not kept; the first always is.
  while (slots.length > 1 && slots.at(-1)!.items.length === 0) slots.pop();
  return slots.map((slot) => canonicalize(slot));
}

/** What a copy leaves out first where a record with all that belongs to it is too large for a slot: what others have too comes first. */
const LARGE = ["claims", "deliveries", "acknowledgements", "binding", "gesture", "seen", "words", "offer"] as const;

function fitting(item: Item): Item {
  let slim = item;
  for (const member of LARGE) {
    if (sizeOf(slim) < SLOT_BYTES - 1000) return slim;
    const { [member]: _, ...rest } = slim;
    slim = rest;
  }
  return slim;
}

function emptySlot(slot: number): Slot {
  return { "@context": "urn:freehold:backup:1", slot, items: [] };
}

function sizeOf(value: unknown): number {
  return utf8(canonicalize(value)).length;
}

/** New slots first, in their order, then changed ones from the last: an item that moves is in its new place before it leaves the old one. */
async function writeSlots(
  texts: readonly string[],
  read: readonly ReadSlot[],
  { seed, origin, ...place }: BackupPlace & { seed: Uint8Array; origin: string },
): Promise<void> {
  const put = async (slot: number) => {
    const text = texts[slot]!;
    if (text === read[slot]?.text) return;
    const keys = slotKeys(seed, { origin, slot });
    await putSlot(keys, sealSlot(text, keys), read[slot]?.etag, place);
  };
  for (let slot = read.length; slot < texts.length; slot++) await put(slot);
  for (let slot = Math.min(read.length, texts.length) - 1; slot >= 0; slot--) await put(slot);
  for (let slot = read.length - 1; slot >= texts.length; slot--) await deleteSlot(slotKeys(seed, { origin, slot }), place);
}

async function getSlot({ id }: SlotKeys, { url, fetch, signal }: BackupPlace): Promise<{ blob: Uint8Array; etag: string } | undefined> {
  const at = `${url}/v1/backups/${id}`;
  const answer = await ask(fetch, at, { max: BLOB_BYTES, signal, cache: "no-store" });
  if (answer.status === 404) return undefined;
  const { body, headers } = expectStatus(answer, [200], at);
  return { blob: body, etag: headers.get("etag") ?? "" };
}

async function putSlot({ id, token }: SlotKeys, blob: Uint8Array, etag: string | undefined, { url, fetch, signal }: BackupPlace): Promise<void> {
  const at = `${url}/v1/backups/${id}`;
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/octet-stream",
    ...(etag === undefined ? { "if-none-match": "*" } : { "if-match": etag }),
  };
  const answer = await ask(fetch, at, { method: "PUT", headers, body: blob, max: 65_536, signal });
  if (answer.status === 412) throw new FreeholdError("backup_conflict", "Another of your devices has written its copy in the meantime.");
  expectStatus(answer, [200, 201, 204], at);
}

async function deleteSlot({ id, token }: SlotKeys, { url, fetch, signal }: BackupPlace): Promise<void> {
  const at = `${url}/v1/backups/${id}`;
  const answer = await ask(fetch, at, { method: "DELETE", headers: { authorization: `Bearer ${token}` }, max: 65_536, signal });
  expectStatus(answer, [204, 404], at);
}

const wrappedShape = object({ "@context": oneOf("urn:freehold:backup:1"), items: list(anything, 0, 0), slot: integer(0, 0), wrapped: text(122, 122) });

/**
 * Leaves the seed, wrapped for a passkey, at the register, where that passkey alone finds it: an installation to which the passkey was
 * synchronised joins by one gesture. `secret` is what the passkey's PRF gave. The blob looks like any other copy.
 *
 * @see spec/backup.md, "The wrapped seed"
 */
export async function leaveWrapped(input: BackupPlace & { seed: Uint8Array; origin: string; secret: Uint8Array; credentialId: Uint8Array }): Promise<void> {
  const { seed, origin, secret, credentialId, ...place } = input;
  const keys = slotKeys(secret, { origin, slot: 0 });
  const known = await getSlot(keys, place);
  const wrapped = toHex(wrapSeed({ seed, secret, credentialId }));
  await putSlot(keys, sealSlot(canonicalize({ ...emptySlot(0), wrapped }), keys), known?.etag, place);
}

/** The seed that was left for a passkey; undefined where there is none. Throws `backup_mismatch`, `backup_malformed`, `wrap_mismatch`. */
export async function fetchWrapped(input: BackupPlace & { origin: string; secret: Uint8Array; credentialId: Uint8Array }): Promise<Uint8Array | undefined> {
  const { origin, secret, credentialId, ...place } = input;
  const keys = slotKeys(secret, { origin, slot: 0 });
  const read = await getSlot(keys, place);
  if (read === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(openSlot(read.blob, keys));
  } catch (cause) {
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("backup_malformed", "What was left for this passkey is no JSON.", { cause });
  }
  const { wrapped } = check(wrappedShape, value, "slot", "backup_malformed");
  check(hex(61), wrapped, "slot.wrapped", "backup_malformed");
  return unwrapSeed({ wrapped: fromHex(wrapped), secret, credentialId });
}

/** Takes back what was left for a passkey: when it is lost, or of no use any more. */
export async function removeWrapped(input: BackupPlace & { origin: string; secret: Uint8Array }): Promise<void> {
  const { origin, secret, ...place } = input;
  await deleteSlot(slotKeys(secret, { origin, slot: 0 }), place);
}
