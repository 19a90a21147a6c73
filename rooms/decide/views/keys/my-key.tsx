/** A browser that keeps a key: what opens it, the kit, copies, files, erasure. */
import { deleteBackup } from "@freehold/person/backup";
import { checkOwn, formatBook, parseBook } from "@freehold/person/book-file";
import { mergeBooks } from "@freehold/person/merge";
import { FreeholdError } from "@freehold/protocol/errors";
import { useState } from "preact/hooks";
import { Day, Fields } from "../../../../ui/kit.tsx";
import { paths } from "../../../../ui/paths.ts";
import { t, tn } from "../../../../ui/text.ts";
import { forgetDemonstrationKey } from "../gestures.ts";
import { eraseKept, exclusively, readKept, writeKept } from "../keep.ts";
import type { Kept, Keys } from "../keep.ts";
import { KitView } from "../kit-view.tsx";
import { sourceOf } from "../register-source.ts";
import { DemonstrationNote, Go, Tick, Working, Wrong, saveFile } from "../sitting/parts.tsx";
import { copy, leave, wordsOf } from "../sitting/run.ts";
import { Unlock } from "../sitting/unlock.tsx";
import { KeepKey } from "./keep-key.tsx";

export function MyKey({ kept, onChanged }: { kept: Kept; onChanged: (words: string) => void }) {
  const { keys, book } = kept;
  const [seed, setSeed] = useState<Uint8Array | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const run = async (what: string, work: () => Promise<string>) => {
    if (busy !== null) return;
    setBusy(what);
    setWrong(null);
    try {
      onChanged(await work());
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setBusy(null);
  };
  const open = (opened: Uint8Array) => {
    try {
      for (const item of book.items.slice(0, 1)) checkOwn(opened, book.register, item);
      setWrong(null);
      setSeed(opened);
    } catch (error) {
      setWrong(wordsOf(error));
    }
  };
  const importFile = async (file: File): Promise<string> => {
    const other = parseBook(await file.text());
    if (other.register.origin !== book.register.origin)
      throw new FreeholdError("book_mismatch", t("The file is for the register {origin}.", { origin: other.register.origin }));
    if (seed === null) throw new FreeholdError("seed_needed", t("Open your key first: it shows whether the file is yours."));
    for (const item of other.items) checkOwn(seed, book.register, item);
    return exclusively(async () => {
      const now = (await readKept())!;
      const merged = mergeBooks(now.book, other);
      await writeKept({ book: merged });
      await copy(merged, seed);
      return tn(merged.items.length - now.book.items.length, "{n} decision taken in.", "{n} decisions taken in.");
    });
  };
  const erase = async (): Promise<string> => {
    const { origin } = book.register;
    // The copies need the key; without it only what lies here can go, and she is told.
    if (seed !== null && keys.demonstration !== true) {
      const { url, fetch } = sourceOf(book.register);
      await deleteBackup({ seed, origin, url, fetch });
    }
    await eraseKept();
    forgetDemonstrationKey();
    sessionStorage.removeItem("freehold-sitting");
    return t("Erased. This browser keeps nothing of yours any more.");
  };
  const setKeys = async (next: Keys, words: string) => {
    await writeKept({ keys: next });
    onChanged(words);
  };

  return (
    <>
      {keys.demonstration === true && <DemonstrationNote />}
      <Wrong words={wrong} />
      <div aria-live="polite">{busy !== null && <Working words={busy} />}</div>
      <section aria-labelledby="here" class="key-part">
        <h2 id="here">{t("In this browser")}</h2>
        <Fields
          fields={[
            { name: t("Register"), value: book.register.origin },
            { name: t("Decisions"), value: <a href={paths.meDecisions}>{book.items.length}</a> },
            {
              name: t("Installation"),
              value: String(book.device),
              note: book.devices.length > 0 ? tn(book.devices.length, "{n} other is known", "{n} others are known") : t("no other is known"),
            },
            { name: t("Opened by"), value: <Openers keys={keys} /> },
          ]}
        />
        {seed === null && <Unlock keys={keys} onOpen={open} why={t("Open your key to see the kit, to add a way to open it, and to work with your copies.")} />}
      </section>
      {seed !== null && keys.demonstration !== true && (
        <>
          <section aria-labelledby="ways" class="key-part">
            <h2 id="ways">{t("Ways to open it here")}</h2>
            {keys.passkeys.length > 0 && (
              <ul class="hits">
                {keys.passkeys.map((passkey) => (
                  <li key={passkey.id}>
                    <span>
                      {t("Passkey of")} <Day on={passkey.made} />{" "}
                      <span class="note">{passkey.wrapped === undefined ? t("confirms, does not keep the key") : t("keeps the key")}</span>
                    </span>
                    <button
                      type="button"
                      class="link-button"
                      aria-label={t("Remove the passkey of {day}", { day: passkey.made })}
                      onClick={() => void run(t("Removing"), () => removePasskey(kept, passkey.id))}
                    >
                      {t("Remove")}
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <KeepKey
              seed={seed}
              keys={keys}
              onKept={async (next, first) => {
                const problem = first === null ? null : await leave(book, seed, first);
                await setKeys(
                  next,
                  problem === null
                    ? t("Your key has one more way to open it.")
                    : t("Your key has one more way to open it, in this browser only: {why}", { why: problem }),
                );
              }}
            />
          </section>
          <section aria-labelledby="kit" class="key-part">
            <h2 id="kit">{t("Recovery kit, and other devices")}</h2>
            <p>{t("Another device joins with the words of the kit, on this page there; or with a passkey that is synchronised to it.")}</p>
            {keys.kit !== undefined && (
              <p class="note">
                {t("On paper since")} <Day on={keys.kit} />
              </p>
            )}
            <KitView seed={seed} register={book.register} onHave={(day) => void setKeys({ ...keys, kit: day }, t("Noted: you have the kit on paper."))} />
          </section>
          <section aria-labelledby="copies" class="key-part">
            <h2 id="copies">{t("Copies at the register")}</h2>
            <p>
              {t(
                "Sealed with your key, all of one size. The register learns how many there are and when they change. It erases copies that nobody has read or written for 36 months; each visit here renews them.",
              )}
            </p>
            <p class="link-row">
              <Go
                secondary
                busy={busy !== null}
                onClick={() =>
                  void run(t("Bringing your copies into step"), async () => {
                    const problem = await exclusively(async () => copy((await readKept())!.book, seed));
                    if (problem !== null) throw new FreeholdError("unavailable", problem);
                    return t("Your copies are in step.");
                  })
                }
              >
                {t("Bring into step now")}
              </Go>
            </p>
          </section>
        </>
      )}
      <section aria-labelledby="files" class="key-part">
        <h2 id="files">{t("Everything as a file")}</h2>
        <p>{t("All decisions with their proofs, as JSON. Your key is not in it. Whoever has the file can read what you decided.")}</p>
        <p>
          <Go secondary onClick={() => saveFile("freehold-decisions.json", `${formatBook(book)}\n`)}>
            {t("Export")}
          </Go>
        </p>
        {seed !== null && (
          <p class="file-row">
            <label class="ds-label" for="import">
              {t("Take in a file that was exported before")}
            </label>
            <input
              class="ds-input"
              id="import"
              type="file"
              accept="application/json,.json"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file !== undefined) void run(t("Reading the file"), () => importFile(file));
              }}
            />
          </p>
        )}
      </section>
      <section aria-labelledby="erase" class="key-part">
        <h2 id="erase">{t("Erase me")}</h2>
        <p>
          {t(
            "Removes your copies from the register, and your key and decisions from this browser. What is left in the log are numbers that say nothing, of which nobody can tell any more that they are yours. Refusals that companies were given stay in force; you can then only withdraw with codes that you saved.",
          )}
        </p>
        {seed === null && keys.demonstration !== true && (
          <p class="note">
            {t("Your key is closed: the copies at the register stay, until they have been idle for 36 months. Open your key first to remove them too.")}
          </p>
        )}
        <Tick id="sure" checked={sure} onChange={setSure} label={t("I understand that nobody can bring it back")} />
        <p class="actions">
          <Go secondary busy={busy !== null || !sure} onClick={() => void run(t("Erasing"), erase)}>
            {t("Erase me")}
          </Go>
        </p>
      </section>
    </>
  );
}

function Openers({ keys }: { keys: Keys }) {
  const ways = [
    ...(keys.demonstration === true ? [t("a demonstration key of this tab")] : []),
    ...(keys.passkeys.some(({ wrapped }) => wrapped !== undefined)
      ? [tn(keys.passkeys.filter(({ wrapped }) => wrapped !== undefined).length, "a passkey", "{n} passkeys")]
      : []),
    ...(keys.passphrase === undefined ? [] : [t("a passphrase")]),
    ...(keys.kit === undefined && keys.demonstration === true ? [] : [t("the recovery words")]),
  ];
  return <>{ways.join(", ")}</>;
}

/** The last way to open a key is not taken away. */
async function removePasskey({ keys }: Kept, id: string): Promise<string> {
  const passkeys = keys.passkeys.filter((one) => one.id !== id);
  const left = passkeys.some(({ wrapped }) => wrapped !== undefined) || keys.passphrase !== undefined || keys.kit !== undefined;
  if (!left) throw new FreeholdError("argument_invalid", t("It is the only way to open your key here: set another one first, or take the kit."));
  await writeKept({ keys: { ...keys, passkeys } });
  return t(
    "Removed from this browser. Remove it in your device’s settings too; if it was lost or stolen, make a new key: it still opens this one where it was left.",
  );
}
