/** How a key is to be opened in this browser from now on. */
import { useState } from "preact/hooks";
import { FreeholdError } from "@freehold/protocol/errors";
import { PASSPHRASE_LENGTH } from "@freehold/person/passphrase";
import { t } from "../../../../ui/text.ts";
import { addPasskey, addPassphrase, hasPasskeys } from "../gestures.ts";
import type { FirstSecret } from "../gestures.ts";
import type { Keys } from "../keep.ts";
import { Go, Working, Wrong } from "../sitting/parts.tsx";
import { wordsOf } from "../sitting/run.ts";

export function KeepKey({ seed, keys, onKept }: { seed: Uint8Array; keys: Keys; onKept: (keys: Keys, first: FirstSecret | null) => Promise<void> }) {
  const [busy, setBusy] = useState<{ words: string; done?: number; of?: number } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [phrase, setPhrase] = useState("");
  const [again, setAgain] = useState("");
  const run = async (work: () => Promise<void>) => {
    if (busy !== null) return;
    setBusy({ words: t("Waiting for you") });
    setWrong(null);
    try {
      await work();
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setBusy(null);
  };
  const withPasskey = async () => {
    const { keys: next, first } = await addPasskey(keys, seed);
    if (first === null)
      throw new FreeholdError("gesture_refused", t("This passkey can confirm, but cannot keep your key (it has no PRF). Set a passphrase instead."));
    await onKept(next, first);
  };
  const withPassphrase = async () => {
    if (phrase !== again) throw new FreeholdError("argument_invalid", t("The two passphrases are not the same."));
    const words = t("Closing your key under the passphrase");
    await onKept(await addPassphrase(keys, seed, phrase, (share) => setBusy({ words, done: Math.round(share * 100), of: 100 })), null);
    setPhrase("");
    setAgain("");
  };
  return (
    <div class="keep-key">
      {hasPasskeys() && (
        <p>
          <Go secondary busy={busy !== null} onClick={() => void run(withPasskey)}>
            {keys.passkeys.length === 0 ? t("Make a passkey") : t("Add a passkey")}
          </Go>{" "}
          <span class="note">{t("Your device’s own lock or a security key: two gestures, one to make it and one to close your key under it.")}</span>
        </p>
      )}
      <details class="more">
        <summary>{keys.passphrase === undefined ? t("Set a passphrase") : t("Set another passphrase")}</summary>
        <form
          class="panel"
          onSubmit={(event) => {
            event.preventDefault();
            void run(withPassphrase);
          }}
        >
          <label class="ds-label" for="keep-phrase">
            {t("Passphrase, at least {n} characters", { n: PASSPHRASE_LENGTH })}
          </label>
          <input
            class="ds-input"
            id="keep-phrase"
            type="password"
            autocomplete="new-password"
            value={phrase}
            onInput={(event) => setPhrase(event.currentTarget.value)}
          />
          <label class="ds-label" for="keep-again">
            {t("The same again")}
          </label>
          <input
            class="ds-input"
            id="keep-again"
            type="password"
            autocomplete="new-password"
            value={again}
            onInput={(event) => setAgain(event.currentTarget.value)}
          />
          <Go type="submit" secondary busy={busy !== null}>
            {t("Set passphrase")}
          </Go>
        </form>
      </details>
      <Wrong words={wrong} />
      <div aria-live="polite">{busy !== null && <Working {...busy} />}</div>
    </div>
  );
}
