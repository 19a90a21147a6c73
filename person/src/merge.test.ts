import fc from "fast-check";
import { expect, test } from "vitest";
import { openBook } from "./book.ts";
import { mergeBooks, mergeItems } from "./merge.ts";
import type { Book, Foreign, Item } from "./schema.ts";

const at = fc.constantFrom("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z");
const sealed = fc.record({
  entry: fc.constant("00"),
  index: fc.nat(3),
  jws: fc.constantFrom("a", "b", "c"),
  opening: fc.constant("00"),
  path: fc.constant([]),
});
const by = fc.constantFrom("endpoint" as const, "mailbox" as const, "mail" as const);

/** Copies of one of four records, each with another state. */
const anyItem = fc
  .tuple(
    fc.nat(3),
    fc.record(
      {
        index: fc.nat(9),
        words: fc.constantFrom("one", "two"),
        acknowledgements: fc.array(sealed, { maxLength: 2 }),
        deliveries: fc.array(fc.record({ at, by, to: fc.constantFrom("x", "y") }), { maxLength: 2 }),
        letter: fc.record({ sha256: fc.constant("00"), sent: at, extended: at }, { requiredKeys: ["sha256"] }),
        withdrawn: fc.record({ at, by: fc.uniqueArray(fc.constantFrom("register" as const, "company" as const, "chain" as const), { minLength: 1 }) }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([n, state]): Item => {
    const key = { crv: "P-256", kty: "EC", x: "x", y: "y" } as const;
    const base = {
      id: `id${n}`,
      jws: `jws${n}`,
      key,
      opening: "00",
      entry: `${"00".repeat(34)}lock${n}`,
      path: { device: 1, counter: n },
      signed: "2026-11-01T00:00:00Z",
      beacon: "note",
    };
    return { ...base, ...state } as unknown as Item;
  });
const items = fc.array(anyItem, { maxLength: 5 });
const anyBook = fc
  .record({ items, device: fc.nat(3), devices: fc.uniqueArray(fc.nat(3)), erased: fc.uniqueArray(fc.nat(3), { maxLength: 2 }) })
  .map(({ erased, ...parts }): Book => {
    const foreign = erased.map((n): Foreign => ({ lock: `lock${n}`, device: 1, counter: n, erased: true }));
    const register = { url: "u", origin: "o", vkey: "v", policy: "p" };
    return mergeBooks(openBook(register, parts.device), { items: parts.items, devices: parts.devices, instructions: [], foreign });
  });

test("items: merging is commutative, associative and idempotent, and loses nothing that was said", () => {
  fc.assert(
    fc.property(items, items, items, (a, b, c) => {
      expect(mergeItems(a, b)).toEqual(mergeItems(b, a));
      expect(mergeItems(mergeItems(a, b), c)).toEqual(mergeItems(a, mergeItems(b, c)));
      const once = mergeItems(a, b);
      expect(mergeItems(once, once)).toEqual(once);
      expect(mergeItems(once, a)).toEqual(once);
      for (const item of [...a, ...b]) {
        const merged = once.find(({ id }) => id === item.id)!;
        expect(merged.withdrawn !== undefined || item.withdrawn === undefined).toBe(true);
        for (const { jws } of item.acknowledgements ?? []) expect(merged.acknowledgements!.map((one) => one.jws)).toContain(jws);
        for (const delivery of item.deliveries ?? []) expect(merged.deliveries).toContainEqual(delivery);
      }
    }),
  );
});

test("books: what both keep of the records is the same whoever merges, and what one erased comes back from nobody", () => {
  fc.assert(
    fc.property(anyBook, anyBook, (a, b) => {
      const [one, other] = [mergeBooks(a, b), mergeBooks(b, a)];
      expect(one.items).toEqual(other.items);
      expect(one.foreign).toEqual(other.foreign);
      expect(one.device).toBe(a.device);
      expect(new Set([...one.devices, one.device])).toEqual(new Set([...other.devices, other.device]));
      const erased = [...a.foreign, ...b.foreign].map(({ lock }) => lock);
      expect(one.items.filter(({ entry }) => erased.includes(entry.slice(68)))).toEqual([]);
    }),
  );
});
