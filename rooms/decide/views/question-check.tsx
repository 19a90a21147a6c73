/** Check your answer: the exact texts, what keeps the key, and the gesture. */
import { textOf } from "@freehold/person/prepare";
import type { Prepared } from "@freehold/person/prepare";
import type { Draft } from "@freehold/person/schema";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeRecord } from "@freehold/protocol/record";
import { useState } from "preact/hooks";
import { Caution, CodeBlock, More, dayInWords } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import { beginWith, prepareFor } from "./decide-flow.ts";
import type { Beginning, Person } from "./decide-flow.ts";
import { StepHeading, TroubleBox, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { actSentence, purposesWords } from "./decision-words.ts";
import { hasPasskeys } from "./gestures.ts";
import type { Kept } from "./keep.ts";
import { KeyField, openKey, wayNote, wayOf } from "./open-key.tsx";
import type { Answer, Asked } from "./question.ts";

const PASSPHRASE = 12;
/** The exact texts, and the gesture. A new person's key is in memory already; one that is kept is opened first, because each text holds a lock made from it. */
export function Check({
  asked,
  drafts,
  answers,
  change,
  carryOut,
  kept,
  fresh,
}: {
  asked: Asked;
  drafts: readonly Draft[];
  answers: readonly Answer[];
  change: (at: number) => void;
  carryOut: (person: Person, passphrase: string) => void;
  kept: Kept | null;
  fresh: Omit<Person, "keys"> | null;
}) {
  const [seed, setSeed] = useState<Uint8Array | null>(fresh?.seed ?? null);
  const [typed, setTyped] = useState("");
  const [how, setHow] = useState<Beginning>(hasPasskeys() ? "passkey" : "passphrase");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const { controller } = asked.offer;
  const way = kept === null ? null : wayOf(kept.keys);

  const person: Person | null =
    seed === null ? null : kept !== null ? { keys: kept.keys, book: kept.book, log: kept.log!, seed } : { ...fresh!, seed, keys: { passkeys: [] } };
  let prepared: readonly Prepared[] = [];
  let refused: Trouble | null = null;
  try {
    if (person !== null) prepared = prepareFor(person, drafts);
  } catch (error) {
    refused = troubleOf(error, t("This cannot be signed now."));
  }
  const overlaps = [...new Map(prepared.flatMap((one) => one.overlaps).map((item) => [item.id, item])).values()];

  const press = async () => {
    if (busy) return;
    setBusy(true);
    setTrouble(null);
    try {
      if (seed === null) return setSeed(await openKey(kept!, typed));
      if (kept !== null) return carryOut(person!, "");
      if (how === "passphrase" && typed.length < PASSPHRASE)
        throw new FreeholdError("argument_invalid", t("A passphrase has at least {n} characters.", { n: PASSPHRASE }));
      const begun = await beginWith(how, fresh!);
      carryOut(begun, how === "passphrase" ? typed : "");
    } catch (error) {
      setTrouble(troubleOf(error, t("It was not signed.")));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="asking"
      onSubmit={(event) => {
        event.preventDefault();
        void press();
      }}
    >
      <StepHeading step="check">{drafts.length === 1 ? t("Check your answer") : t("Check your answers")}</StepHeading>
      <ol class="given-answers">
        {drafts.map((draft, i) => (
          <li key={i}>
            <p>
              <strong>{actSentence(draft.act)}</strong>: {purposesWords(draft.processes)}
              {answers[i] === "refuse" ? <>, {t("with whichever data")}</> : <>, {t("until {day}", { day: dayInWords(draft.expires!) })}</>}.{" "}
              <button class="linklike" type="button" onClick={() => change(i)}>
                {t("Change")}
                <span class="ds-sr-only"> {t("answer {n}", { n: i + 1 })}</span>
              </button>
            </p>
            {prepared[i] !== undefined &&
              (drafts.length === 1 ? (
                <CodeBlock label={t("The exact text that you sign")}>{textOf(prepared[i], true)}</CodeBlock>
              ) : (
                <More summary={t("The exact text that you sign")}>
                  <CodeBlock label={t("The exact text that you sign")}>{textOf(prepared[i], true)}</CodeBlock>
                </More>
              ))}
          </li>
        ))}
      </ol>
      {overlaps.length > 0 && (
        <Caution>
          <p>{t("You have decided about the same before. The newest answer counts for the company, and a refusal blocks older permissions:")}</p>
          <ul>
            {overlaps.map(({ id, jws, signed, withdrawn }) => (
              <li key={id}>
                {actSentence(decodeRecord(jws).record.act)}, {signed.slice(0, 10)}
                {withdrawn !== undefined && <>, {t("withdrawn")}</>}
              </li>
            ))}
          </ul>
        </Caution>
      )}
      {refused !== null && <TroubleBox trouble={refused} />}
      {seed === null && (
        <>
          <p>{t("Each text holds a lock that is made with your key. Open it to see the exact text.")}</p>
          <p class="note">{wayNote(way!)}</p>
          <KeyField way={way!} id="question-key" value={typed} onInput={setTyped} />
        </>
      )}
      {seed !== null && kept === null && <Begin how={how} setHow={setHow} typed={typed} setTyped={setTyped} />}
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      <p class="note">
        {t("The log gets 66 bytes that say nothing. The text goes to {name} alone.", { name: controller.name })}
        {kept?.keys.demonstration === true && <> {t("This is signed with a demonstration key.")}</>}
      </p>
      <div class="row">
        <button class="ds-button" type="submit" aria-disabled={busy || refused !== null}>
          {seed === null ? t("Open my key") : t("Sign and send")}
        </button>
      </div>
    </form>
  );
}

function Begin({ how, setHow, typed, setTyped }: { how: Beginning; setHow: (how: Beginning) => void; typed: string; setTyped: (typed: string) => void }) {
  const ways: readonly (readonly [Beginning, string, string])[] = [
    [
      "passkey",
      t("A passkey"),
      t("Your device keeps it, and you use it with your finger, your face or a PIN. Nobody else, not this register either, can sign with it."),
    ],
    ["passphrase", t("A passphrase"), t("It closes your key in this browser. Nobody can reset it: without it, only your recovery kit helps.")],
    ["demonstration", t("A demonstration key"), t("For trying out: it lies open in this tab and is gone with it. Everything that is signed with it says so.")],
  ];
  return (
    <fieldset class="begin">
      <legend class="ds-label">{t("You sign here for the first time. What keeps your key?")}</legend>
      {ways.map(([value, name, words]) => (
        <p key={value} class="option">
          <input
            type="radio"
            name="begin"
            id={`begin-${value}`}
            value={value}
            checked={how === value}
            disabled={value === "passkey" && !hasPasskeys()}
            onChange={() => setHow(value)}
            aria-describedby={`begin-${value}-words`}
          />
          <label for={`begin-${value}`}>{name}</label>
          <span class="note" id={`begin-${value}-words`}>
            {words}
          </span>
        </p>
      ))}
      {how === "passphrase" && (
        <p class="field">
          <label class="ds-label" for="new-passphrase">
            {t("Your passphrase, at least 12 characters")}
          </label>
          <input
            class="ds-input"
            id="new-passphrase"
            type="password"
            autocomplete="new-password"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </p>
      )}
    </fieldset>
  );
}

/** A passkey that signs and cannot keep the key: no PRF. */
export function KeepKey({ done }: { done: (words: string) => void }) {
  const [typed, setTyped] = useState("");
  return (
    <form
      class="asking"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.length >= PASSPHRASE) done(typed);
      }}
    >
      <StepHeading step="keep">{t("One more thing: your passkey cannot keep your key")}</StepHeading>
      <p>{t("It has signed. But this device or browser lets it keep no secret, so a passphrase does. Nothing is sent until your key is kept.")}</p>
      <p class="field">
        <label class="ds-label" for="keep-passphrase">
          {t("Your passphrase, at least 12 characters")}
        </label>
        <input
          class="ds-input"
          id="keep-passphrase"
          type="password"
          minLength={PASSPHRASE}
          required
          autocomplete="new-password"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </p>
      <div class="row">
        <button class="ds-button" type="submit">
          {t("Keep my key and send")}
        </button>
      </div>
    </form>
  );
}
