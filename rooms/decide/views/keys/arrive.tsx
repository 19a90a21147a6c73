/** A browser that has no key yet: recovery by the words, joining by a synchronised passkey. */
import { fetchWrapped, readBackup } from "@freehold/person/backup";
import { openBook, seeLog } from "@freehold/person/book";
import { readKit } from "@freehold/person/kit";
import { readLog, unreadLog } from "@freehold/person/log-reader";
import { findPasskey } from "@freehold/person/passkeys";
import { recover } from "@freehold/person/recover";
import type { Recovered } from "@freehold/person/recover";
import { fromBase64url } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { useState } from "preact/hooks";
import { paths } from "../../../../ui/paths.ts";
import { Caution } from "../../../../ui/kit.tsx";
import { t, tn, tx } from "../../../../ui/text.ts";
import { asking, hasPasskeys, nowInSeconds } from "../gestures.ts";
import { writeKept } from "../keep.ts";
import type { Keys } from "../keep.ts";
import { learnThis, sourceOf } from "../register-source.ts";
import { Go, Working, Wrong } from "../sitting/parts.tsx";
import { copy, leave, wordsOf } from "../sitting/run.ts";
import { KeepKey } from "./keep-key.tsx";

const NO_KEYS: Keys = { passkeys: [] };

export function Arrive({ onArrived }: { onArrived: (words: string) => void }) {
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState<{ words: string; done: number; of: number } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [found, setFound] = useState<(Recovered & { seed: Uint8Array }) | null>(null);
  const run = async (what: string, work: (progress: (share: number) => void) => Promise<Recovered & { seed: Uint8Array }>) => {
    if (busy !== null) return;
    setBusy({ words: what, done: 0, of: 100 });
    setWrong(null);
    try {
      setFound(await work((share) => setBusy({ words: what, done: Math.round(share * 100), of: 100 })));
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setBusy(null);
  };
  const byWords = async (progress: (share: number) => void) => {
    const seed = readKit(words);
    const register = await learnThis();
    return { ...(await recover({ seed, register, now: nowInSeconds(), progress, ...sourceOf(register) })), seed };
  };
  const byPasskey = async () => {
    const register = await learnThis();
    const source = sourceOf(register);
    const { id, secret } = await findPasskey(asking());
    if (secret === null) throw new FreeholdError("gesture_refused", t("This passkey gives no secret here. Use the recovery words."));
    const seed = await fetchWrapped({ ...source, origin: register.origin, secret, credentialId: fromBase64url(id) });
    if (seed === undefined) throw new FreeholdError("gesture_refused", t("No key was left at the register for this passkey. Use the recovery words."));
    const copied = await readBackup({ book: openBook(register), seed, ...source });
    const log = await readLog({ state: unreadLog(register.origin), book: copied, seed, ...source });
    return { book: seeLog(copied, log, nowInSeconds()), log, seed };
  };

  if (found !== null) {
    const { book, log, seed } = found;
    const missing = book.foreign.filter(({ erased, accepted }) => erased !== true && accepted !== true).length;
    const keep = async (keys: Keys, first: Parameters<typeof leave>[2] | null) => {
      await writeKept({ keys, book, log });
      const problem = (await copy(book, seed)) ?? (first === null ? null : await leave(book, seed, first));
      onArrived(
        problem === null
          ? t("Your key is kept in this browser now.")
          : t("Your key is kept in this browser now. Your copies could not be brought into step: {why}", { why: problem }),
      );
    };
    return (
      <section aria-labelledby="found">
        <h2 id="found">{tn(book.items.length, "{n} decision found", "{n} decisions found")}</h2>
        {missing > 0 && (
          <Caution>
            <p>
              {tn(
                missing,
                "{n} more entry of yours is in the log, whose text no copy has. You can still see whether it has ended.",
                "{n} more entries of yours are in the log, whose texts no copy has. You can still see whether they have ended.",
              )}
            </p>
          </Caution>
        )}
        <p>{t("How do you want to open your key in this browser?")}</p>
        <KeepKey seed={seed} keys={NO_KEYS} onKept={keep} />
        <p>
          <Go secondary onClick={() => void keep({ ...NO_KEYS, kit: new Date().toISOString().slice(0, 10) }, null)}>
            {t("With the recovery words each time")}
          </Go>
        </p>
      </section>
    );
  }
  return (
    <>
      <p>
        {tx("This browser keeps no key of yours. If you have none at all, begin at {me}: it is made when you first sign.", {
          me: <a href={paths.me}>{t("Decide about my data")}</a>,
        })}
      </p>
      <Wrong words={wrong} />
      <div aria-live="polite">{busy !== null && <Working {...busy} />}</div>
      <section aria-labelledby="by-words" class="key-part">
        <h2 id="by-words">{t("I have recovery words")}</h2>
        <p>{t("They find all your entries in the log again, and open your copies. It takes some ten seconds; up to a minute on a slow device.")}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run(t("Looking for your entries"), byWords);
          }}
        >
          <label class="ds-label" for="arrive-words">
            {t("The 24 words of your kit")}
          </label>
          <textarea
            class="ds-input"
            id="arrive-words"
            rows={3}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
          <p class="actions">
            <Go type="submit" busy={busy !== null}>
              {t("Recover")}
            </Go>
          </p>
        </form>
      </section>
      {hasPasskeys() && (
        <section aria-labelledby="by-passkey" class="key-part">
          <h2 id="by-passkey">{t("My passkey is synchronised to this device")}</h2>
          <p>{t("Then one gesture opens the key that was left for it.")}</p>
          <p>
            <Go secondary busy={busy !== null} onClick={() => void run(t("Joining"), byPasskey)}>
              {t("Join with my passkey")}
            </Go>
          </p>
        </section>
      )}
    </>
  );
}
