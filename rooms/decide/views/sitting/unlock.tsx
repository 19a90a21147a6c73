/** Opening her key in this tab: with a passkey, a passphrase, or the recovery words. */
import { readKit } from "@freehold/person/kit";
import { useState } from "preact/hooks";
import { t } from "../../../../ui/text.ts";
import { demonstrationKey, openWithPasskey, openWithPassphrase } from "../gestures.ts";
import type { Keys } from "../keep.ts";
import { Go, Working, Wrong } from "./parts.tsx";
import { wordsOf } from "./run.ts";

export function Unlock({ keys, onOpen, why }: { keys: Keys; onOpen: (seed: Uint8Array) => void; why: string }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [phrase, setPhrase] = useState("");
  const [words, setWords] = useState("");
  const run = async (open: () => Promise<Uint8Array> | Uint8Array) => {
    if (busy) return;
    setBusy(true);
    setWrong(null);
    try {
      onOpen(await open());
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setBusy(false);
  };
  if (keys.demonstration === true) {
    const seed = demonstrationKey();
    if (seed === undefined)
      return <Wrong words={t("The demonstration key is gone with the tab in which it was made. Remove what it left at “My key”, and begin anew.")} />;
    return (
      <div class="unlock">
        <p>{why}</p>
        <Go onClick={() => onOpen(seed)}>{t("Use the demonstration key")}</Go>
      </div>
    );
  }
  const hasPasskey = keys.passkeys.some(({ wrapped }) => wrapped !== undefined);
  return (
    <div class="unlock">
      <p>{why}</p>
      <Wrong words={wrong} />
      {hasPasskey && (
        <p>
          <Go busy={busy} onClick={() => void run(() => openWithPasskey(keys))}>
            {t("Open with your passkey")}
          </Go>
        </p>
      )}
      {keys.passphrase !== undefined && (
        <form
          class="field-row"
          onSubmit={(event) => {
            event.preventDefault();
            void run(() => openWithPassphrase(keys, phrase));
          }}
        >
          <label class="ds-label" for="unlock-phrase">
            {t("Passphrase")}
          </label>
          <input
            class="ds-input"
            id="unlock-phrase"
            type="password"
            autocomplete="current-password"
            value={phrase}
            onInput={(event) => setPhrase(event.currentTarget.value)}
          />
          <Go type="submit" busy={busy} secondary={hasPasskey}>
            {t("Open")}
          </Go>
        </form>
      )}
      <details class="more" open={!hasPasskey && keys.passphrase === undefined}>
        <summary>{t("With the recovery words")}</summary>
        <form
          class="field-row"
          onSubmit={(event) => {
            event.preventDefault();
            void run(() => readKit(words));
          }}
        >
          <label class="ds-label" for="unlock-words">
            {t("The 24 words of your kit")}
          </label>
          <textarea
            class="ds-input"
            id="unlock-words"
            rows={3}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
          <Go type="submit" busy={busy} secondary>
            {t("Open")}
          </Go>
        </form>
      </details>
      {busy && <Working words={t("Opening your key")} />}
    </div>
  );
}
