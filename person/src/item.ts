/** What stands in an item. */
import { decodeRecord } from "@freehold/protocol/record";
import type { Record } from "@freehold/protocol/record";
import type { Item } from "./schema.ts";

/** Items are never changed in place, so that what was read of one stays true. */
const records = new WeakMap<Pick<Item, "jws">, Record>();

/** The record of an item: its form was checked when the item was made or taken in. Throws as `decodeRecord`. */
export function recordIn(item: Pick<Item, "jws">): Record {
  let record = records.get(item);
  if (record === undefined) records.set(item, (record = decodeRecord(item.jws).record));
  return record;
}
