/** The fifth step: the gesture. At the first time her key is made, and kept in some way that she can open, before anything leaves. */
import { PASSPHRASE_LENGTH } from "@freehold/person/passphrase";
import { FreeholdError } from "@freehold/protocol/errors";
import { useState } from "preact/hooks";
import { t, tn } from "../../../../ui/text.ts";
import { addPassphrase, hasPasskeys, isKept, makePasskey } from "../gestures.ts";
import type { Keys } from "../keep.ts";
import { KitView } from "../kit-view.tsx";
import { Choice, DemonstrationNote, Go, StepView, Working, Wrong } from "./parts.tsx";
import { signAll, storeSigned, submitAll, wordsOf } from "./run.ts";
import type { Ready, Signed } from "./run.ts";

type Method = "passkey" | "passphrase" | "demonstration";

interface SignStepProps {
  ready: Ready;
  seed: Uint8Array;
  /** Null where she has none yet. */
  keys: Keys | null;
  words: string;
  onBack: () => void;
  /** All of it is stored here; `problem` says why it is not in the log yet, where it is not. */
  onDone: (signed: Signed, problem: { copies: string | null; log: string | null }) => void;
  /** The page's key becomes that of a demonstration: the texts must be made again with it. */
  onDemonstration: () => Promise<{ seed: Uint8Array; ready: Ready }>;
}

export function SignStep({ ready, seed, keys, words, onBack, onDone, onDemonstration }: SignStepProps) {
  const [method, setMethod] = useState<Method | undefined>(hasPasskeys() ? "passkey" : undefined);
  const [made, setMade] = useState<Keys | null>(null);
  const [phrase, setPhrase] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState<{ words: string; done: number; of: number } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  /** Signed with a passkey that cannot keep the key. */
  const [homeless, setHomeless] = useState<Signed | null>(null);
  const count = ready.prepared.length;
  const current = keys ?? made;

  const run = async (work: () => Promise<void>) => {
    if (busy !== null) return;
    setBusy({ words: t("Waiting for you"), done: 0, of: 0 });
    setWrong(null);
    try {
      await work();
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setBusy(null);
  };
  const counted = (what: string) => (done: number, of: number) => setBusy({ words: what, done, of });

  const finish = async (signed: Signed, key = seed, from = ready) => {
    setBusy({ words: t("Storing"), done: 0, of: 0 });
    const copies = await storeSigned(signed, from.log, key);
    let log: string | null = null;
    try {
      await submitAll(key, counted(t("Entering into the log")));
    } catch (error) {
      log = wordsOf(error);
    }
    onDone(signed, { copies, log });
  };
  const signWith = async (with_: Keys, key = seed, from = ready) => {
    const signed = await signAll({ seed: key, keys: with_, ready: from, words, progress: counted(t("Signing")) });
    if (isKept(signed.keys)) await finish(signed, key, from);
    else setHomeless(signed);
  };
  const withPassphrase = async (base: Keys): Promise<Keys> => {
    if (phrase !== again) throw new FreeholdError("argument_invalid", t("The two passphrases are not the same."));
    setBusy({ words: t("Closing your key under the passphrase"), done: 0, of: 0 });
    return addPassphrase(base, seed, phrase, (share) => setBusy({ words: t("Closing your key under the passphrase"), done: Math.round(share * 100), of: 100 }));
  };
  const passphraseFields = (
    <>
      <label class="ds-label" for="new-phrase">
        {t("Passphrase, at least {n} characters", { n: PASSPHRASE_LENGTH })}
      </label>
      <input
        class="ds-input"
        id="new-phrase"
        type="password"
        autocomplete="new-password"
        value={phrase}
        onInput={(event) => setPhrase(event.currentTarget.value)}
      />
      <label class="ds-label" for="new-phrase-again">
        {t("The same again")}
      </label>
      <input
        class="ds-input"
        id="new-phrase-again"
        type="password"
        autocomplete="new-password"
        value={again}
        onInput={(event) => setAgain(event.currentTarget.value)}
      />
      <p class="note">{t("Four words that nobody would say together are good. Nobody can reset it.")}</p>
    </>
  );
  const status = (
    <>
      <Wrong words={wrong} />
      <div aria-live="polite">{busy !== null && <Working words={busy.words} {...(busy.of > 0 && busy)} />}</div>
    </>
  );

  if (homeless !== null)
    return (
      <StepView
        name="keep"
        title={t("Keep your key")}
        lede={t("It is signed. Your passkey can confirm, but cannot keep your key (it has no PRF). Nothing has left yet: choose what opens it from now on.")}
      >
        <form
          class="panel"
          onSubmit={(event) => {
            event.preventDefault();
            void run(async () => finish({ ...homeless, keys: await withPassphrase(homeless.keys) }));
          }}
        >
          <h3>{t("A passphrase")}</h3>
          {passphraseFields}
          <Go type="submit" busy={busy !== null}>
            {t("Keep it under this passphrase")}
          </Go>
        </form>
        <div class="panel">
          <h3>{t("Only the recovery kit")}</h3>
          <p>{t("Nothing is kept here: each time you type the 24 words.")}</p>
          <KitView seed={seed} register={ready.book.register} onHave={(day) => void run(() => finish({ ...homeless, keys: { ...homeless.keys, kit: day } }))} />
        </div>
        {status}
      </StepView>
    );

  if (current !== null)
    return (
      <StepView name="sign" title={t("Sign")} back={t("Check what you will sign")} onBack={onBack}>
        {current.demonstration === true && <DemonstrationNote />}
        <p>
          {current.passkeys.length > 0
            ? tn(count, "One gesture with your passkey signs this statement.", "One gesture with your passkey signs all {n} statements.")
            : tn(count, "This signs {n} statement.", "This signs {n} statements.")}{" "}
          {t("Each one is entered into the log by itself.")}
        </p>
        <p class="actions">
          <Go busy={busy !== null} onClick={() => void run(() => signWith(current))}>
            {tn(count, "Sign {n} statement", "Sign {n} statements")}
          </Go>
        </p>
        {status}
      </StepView>
    );

  return (
    <StepView
      name="sign"
      title={t("Your key")}
      lede={t("You have none here yet. It is one secret, made in this browser; all that you sign comes from it.")}
      back={t("Check what you will sign")}
      onBack={onBack}
    >
      <Choice<Method>
        legend={t("What opens it?")}
        name="method"
        value={method}
        onChange={setMethod}
        options={[
          ...(hasPasskeys()
            ? [
                {
                  value: "passkey" as const,
                  label: t("A passkey"),
                  note: t(
                    "Your device’s own lock (fingerprint, face, PIN) or a security key opens it. It belongs to this site only, and no password is sent anywhere.",
                  ),
                },
              ]
            : []),
          { value: "passphrase", label: t("A passphrase"), note: t("For browsers and devices without passkeys.") },
          {
            value: "demonstration",
            label: t("A demonstration key"),
            note: t("To try it out. It lies open in this tab and is gone with it; everything made with it is marked."),
          },
        ]}
      />
      {method === "passkey" && (
        <p class="actions">
          <Go busy={busy !== null} onClick={() => void run(async () => setMade({ passkeys: [await makePasskey([])] }))}>
            {t("Make a passkey")}
          </Go>
        </p>
      )}
      {method === "passphrase" && (
        <form
          class="panel"
          onSubmit={(event) => {
            event.preventDefault();
            void run(async () => {
              await signWith(await withPassphrase({ passkeys: [] }));
            });
          }}
        >
          {passphraseFields}
          <Go type="submit" busy={busy !== null}>
            {tn(count, "Sign {n} statement", "Sign {n} statements")}
          </Go>
        </form>
      )}
      {method === "demonstration" && (
        <>
          <DemonstrationNote />
          <p class="actions">
            <Go
              busy={busy !== null}
              onClick={() =>
                void run(async () => {
                  const own = await onDemonstration();
                  await signWith({ passkeys: [], demonstration: true }, own.seed, own.ready);
                })
              }
            >
              {tn(count, "Sign {n} statement", "Sign {n} statements")}
            </Go>
          </p>
        </>
      )}
      {status}
    </StepView>
  );
}
