/** Opening her key where a page needs it: one form, whichever way the key is kept. Once open it stays in this tab's memory until the page is left. */
import { checkOwn } from "@freehold/person/book-file";
import { readKit } from "@freehold/person/kit";
import { FreeholdError } from "@freehold/protocol/errors";
import { t } from "../../../ui/text.ts";
import { demonstrationKey, openWithPasskey, openWithPassphrase } from "./gestures.ts";
import type { Kept, Keys } from "./keep.ts";

/** How her key is opened here. `kit`: nothing here keeps it, so the words are asked for. */
export type Way = "open" | "passkey" | "passphrase" | "demonstration" | "kit";

let opened: Uint8Array | undefined;

/** Keeps a key that was just made, for this tab. */
export function keepOpen(seed: Uint8Array): void {
  opened = seed;
}

export function wayOf({ passkeys, passphrase, demonstration }: Keys): Way {
  if (opened !== undefined) return "open";
  if (demonstration === true && demonstrationKey() !== undefined) return "demonstration";
  if (passkeys.some(({ wrapped }) => wrapped !== undefined)) return "passkey";
  return passphrase === undefined ? "kit" : "passphrase";
}

/**
 * Her key. `typed` is the passphrase or the words.
 *
 * @throws `gesture_refused`, `wrap_mismatch`, `words_malformed`; `book_mismatch` for the words of another person.
 */
export async function openKey({ keys, book }: Pick<Kept, "keys" | "book">, typed: string): Promise<Uint8Array> {
  opened = await keyBy(wayOf(keys), { keys, book }, typed);
  return opened;
}

async function keyBy(way: Way, { keys, book }: Pick<Kept, "keys" | "book">, typed: string): Promise<Uint8Array> {
  if (way === "open") return opened!;
  if (way === "passkey") return openWithPasskey(keys);
  if (way === "passphrase") return openWithPassphrase(keys, typed);
  if (way === "demonstration") return demonstrationKey()!;
  if (keys.demonstration === true)
    throw new FreeholdError(
      "gesture_refused",
      t("The demonstration key lay in another tab that is closed: what was made with it can only be ended with its codes."),
    );
  const seed = readKit(typed);
  for (const item of book.items.slice(0, 1)) checkOwn(seed, book.register, item);
  return seed;
}

/** The field that a way needs; nothing for a passkey, which the browser asks for itself. */
export function KeyField({ way, id, value, onInput }: { way: Way; id: string; value: string; onInput: (value: string) => void }) {
  if (way === "open" || way === "passkey" || way === "demonstration") return null;
  const isKit = way === "kit";
  return (
    <p class="field">
      <label class="ds-label" for={id}>
        {isKit ? t("The 24 words of your recovery kit") : t("Your passphrase")}
      </label>
      {isKit ? (
        <textarea
          class="ds-input"
          id={id}
          rows={3}
          autocomplete="off"
          spellcheck={false}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <input class="ds-input" id={id} type="password" autocomplete="current-password" value={value} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
    </p>
  );
}

/** What pressing the button will ask for. */
export function wayNote(way: Way): string {
  switch (way) {
    case "open":
      return t("Your key is open in this tab.");
    case "passkey":
      return t("Your browser asks for your passkey.");
    case "passphrase":
      return t("Your passphrase opens your key.");
    case "demonstration":
      return t("A demonstration key: for trying out, not for decisions that matter.");
    case "kit":
      return t("This browser does not keep your key: the words of your kit open it.");
  }
}
