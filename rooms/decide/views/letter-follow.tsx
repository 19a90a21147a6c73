/** What follows a letter: receipt, deadline, answer, reminder, complaint. What is proven and what she says are never mixed. */
import { changeItem } from "@freehold/person/book";
import { followUp } from "@freehold/person/deadlines";
import type { FollowState, NextStep } from "@freehold/person/deadlines";
import { evidenceFiles, evidenceZip } from "@freehold/person/evidence";
import { composeComplaint, factsOf } from "@freehold/person/letters/complaint";
import type { Competence, Facts } from "@freehold/person/letters/complaint";
import { composeReminder } from "@freehold/person/letters/compose";
import { letterHash, makeLetter } from "@freehold/person/letters/letter";
import type { Letter } from "@freehold/person/letters/letter";
import { makeReceipt } from "@freehold/person/receipts";
import type { Item, LetterState } from "@freehold/person/schema";
import { takeSnapshot } from "@freehold/person/snapshot";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeRecord } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { useState } from "preact/hooks";
import { Day, Fields, More } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import { changeKept, sourceOf } from "./decide-flow.ts";
import { CopyButton, TroubleBox, clock, saveFile, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { actsOfCase } from "./letter-case.ts";
import type { CaseProps } from "./letter-compose.tsx";

const today = () => formatInstant(Math.floor(clock())).slice(0, 10);

function stateWords(state: FollowState): string {
  return {
    unsent: t("Not sent"),
    sent: t("Sent; whether it arrived is not known"),
    waiting: t("Arrived; the answer is not due yet"),
    extended: t("It has asked for two more months"),
    effective: t("Arrived, and effective at once: no answer is needed"),
    silent: t("No answer in time"),
    done: t("Done, by its answer"),
    partly: t("Partly done, by its answer"),
    "no-data": t("It says that it has no data"),
    rejected: t("Rejected, with grounds"),
    "rejected-without-grounds": t("Rejected without grounds"),
  }[state];
}

function nextWords(step: NextStep["step"]): string {
  return {
    send: t("Send the letter"),
    "note-receipt": t("Note when it arrived"),
    "check-again": t("Look whether it has stopped"),
    remind: t("Remind it"),
    "complain-to-controller": t("Complain to the organisation itself first"),
    complain: t("Complain to the authority"),
  }[step];
}

export function FollowUp({ of, item, organisation, kept, home, changed }: CaseProps & { item: Item }) {
  const { regime } = actsOfCase(of, organisation, home);
  const { record } = decodeRecord(item.jws);
  const letter = item.letter!;
  const clocked = { act: record.act, ...(record.processes !== undefined && { processes: record.processes }), regime, residence: home };
  const { state, receipt, deadline, next, extendedTooLate } = followUp(clocked, letter, today());
  const [text, setText] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);

  const change = async (part: Partial<LetterState>) => {
    const stored = await changeKept((book) =>
      of.items.reduce((now, { id }) => changeItem(now, id, (one) => (one.letter === undefined ? one : { ...one, letter: { ...one.letter, ...part } })), book),
    );
    if (stored !== undefined) changed(stored);
  };
  const readLetter = async (file: File | undefined) => {
    if (file === undefined) return;
    const read = file.size > 262_144 ? "" : await file.text();
    if (letterHash(read) !== letter.sha256)
      return setTrouble({ title: t("This is another text."), detail: t("It is not the letter that you noted as sent: its hash is another.") });
    setTrouble(null);
    setText(read);
  };
  return (
    <>
      <Fields
        fields={[
          { name: t("State"), value: <strong>{stateWords(state)}</strong> },
          { name: t("Sent"), value: <Day on={letter.sent!.slice(0, 10)} />, note: t("stated by you") },
          ...(letter.received === undefined
            ? []
            : [{ name: t("Received"), value: <Day on={letter.received.at.slice(0, 10)} />, note: receipt === "proven" ? t("proven") : t("stated by you") }]),
          ...(deadline.stop === null ? [] : [{ name: t("Must have stopped"), value: <Day on={deadline.stop} /> }]),
          ...(deadline.answer === null ? [] : [{ name: t("Must have answered"), value: <Day on={deadline.answer} /> }]),
          ...(extendedTooLate ? [{ name: t("Its request for time"), value: t("came too late and extends nothing") }] : []),
          ...next.map(({ step, from }) => ({
            name: t("Next"),
            value: (
              <>
                {nextWords(step)}, {t("from {day}", { day: from })}
              </>
            ),
          })),
        ]}
      />
      <Noted letter={letter} change={(part) => void change(part)} />
      <h3 class="receipt-part">{t("The letter’s text")}</h3>
      <p class="note" id="f-letter-note">
        {t("It was not kept here. With the file that you saved, a reminder can repeat it and the evidence can enclose it.")}
      </p>
      <p class="field">
        <label class="ds-label" for="f-letter">
          {t("The file of the letter")}
        </label>
        <input
          class="ds-input"
          id="f-letter"
          type="file"
          accept=".txt,text/plain"
          aria-describedby="f-letter-note"
          onChange={(event) => void readLetter(event.currentTarget.files?.[0])}
        />
      </p>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {text !== null && <Reminding text={text} sent={letter.sent!.slice(0, 10)} due={deadline.answer} />}
      <Complaining
        of={of}
        text={text}
        regime={regime}
        kept={kept}
        home={home}
        law={deadline.law}
        complained={(at, authority) => void change({ complained: { at, authority } })}
        organisation={organisation}
      />
    </>
  );
}

function Noted({ letter, change }: { letter: LetterState; change: (part: Partial<LetterState>) => void }) {
  const [received, setReceived] = useState(letter.received?.at.slice(0, 10) ?? "");
  const [extended, setExtended] = useState(letter.extended?.slice(0, 10) ?? "");
  const [answered, setAnswered] = useState(letter.answered?.at.slice(0, 10) ?? "");
  const [result, setResult] = useState<NonNullable<LetterState["answered"]>["result"]>(letter.answered?.result ?? "done");
  const [grounds, setGrounds] = useState(letter.answered?.grounds ?? "");
  const at = (day: string) => `${day}T12:00:00Z`;
  return (
    <form
      class="asking"
      onSubmit={(event) => {
        event.preventDefault();
        change({
          ...(received !== "" && letter.received?.proven !== true && { received: { at: at(received), proven: false } }),
          ...(extended !== "" && { extended: at(extended) }),
          ...(answered !== "" && { answered: { at: at(answered), result, ...(grounds.trim() !== "" && { grounds: grounds.trim().slice(0, 10_000) }) } }),
        });
      }}
    >
      <label class="ds-label" for="f-received">
        {t("It arrived on")}
      </label>
      <input
        class="ds-input"
        id="f-received"
        type="date"
        value={received}
        disabled={letter.received?.proven === true}
        onInput={(event) => setReceived(event.currentTarget.value)}
      />
      <label class="ds-label" for="f-extended">
        {t("It asked for more time on")}
      </label>
      <input class="ds-input" id="f-extended" type="date" value={extended} onInput={(event) => setExtended(event.currentTarget.value)} />
      <label class="ds-label" for="f-answered">
        {t("It answered on")}
      </label>
      <input class="ds-input" id="f-answered" type="date" value={answered} onInput={(event) => setAnswered(event.currentTarget.value)} />
      {answered !== "" && (
        <>
          <label class="ds-label" for="f-result">
            {t("What it answered")}
          </label>
          <select class="ds-input" id="f-result" value={result} onChange={(event) => setResult(event.currentTarget.value as typeof result)}>
            <option value="done">{t("Done")}</option>
            <option value="partly">{t("Partly done")}</option>
            <option value="rejected">{t("Rejected")}</option>
            <option value="no-data">{t("It has no data")}</option>
          </select>
          <label class="ds-label" for="f-grounds">
            {t("Its grounds, in its words")}
          </label>
          <textarea class="ds-input words" id="f-grounds" rows={3} value={grounds} onInput={(event) => setGrounds(event.currentTarget.value)} />
        </>
      )}
      <div class="row">
        <button class="ds-button" data-variant="secondary" type="submit">
          {t("Note it")}
        </button>
      </div>
    </form>
  );
}

function Reminding({ text, sent, due }: { text: string; sent: string; due: string | null }) {
  const [subject = "", ...rest] = text.split("\n\n");
  const language = /^Sehr geehrte/m.test(text) ? "de" : "en";
  const reminder = composeReminder(makeLetter(language, subject, [{ kind: "fixed", text: rest.join("\n\n").trimEnd() }]), { sent, due, today: today() });
  return (
    <More summary={t("Reminder")}>
      <div class="letter-text" role="group" aria-label={t("Reminder")} tabIndex={0} lang={language}>
        {reminder.text}
      </div>
      <CopyButton text={reminder.text}>{t("Copy the reminder")}</CopyButton>
    </More>
  );
}

function Complaining({
  of,
  text,
  regime,
  kept,
  home,
  law,
  complained,
  organisation,
}: Omit<CaseProps, "changed"> & {
  text: string | null;
  regime: Parameters<typeof factsOf>[0]["regime"];
  law: readonly string[];
  complained: (at: string, authority: string) => void;
}) {
  const [authority, setAuthority] = useState("");
  const [competence, setCompetence] = useState<Competence>("residence");
  const [language, setLanguage] = useState<"en" | "de">("en");
  const [made, setMade] = useState<{ facts: Facts; complaint: Letter; zip: Uint8Array } | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const make = async () => {
    setTrouble(null);
    try {
      const source = sourceOf(kept.book);
      const snapshot = await takeSnapshot(source);
      const items = await Promise.all(
        of.items.map(async (item) => ({
          receipt: (await makeReceipt({ item, snapshot, policy: source.policy, now: clock() })).text,
          ...(text !== null && { letter: text }),
          ...(item.letter && { state: item.letter }),
          ...(item.deliveries && { deliveries: item.deliveries }),
        })),
      );
      const { acts } = actsOfCase(of, organisation, home);
      const theCase = {
        controller: of.controller,
        regime,
        residence: home,
        items,
        law: [...new Set([...acts.flatMap((act) => act.law), ...law])],
        today: today(),
      };
      const facts = await factsOf(theCase, { language, policy: source.policy, now: clock() });
      const complaint = composeComplaint({ theCase, facts, authority: { name: authority, countries: [home.country], contacts: [] }, competence });
      setMade({ facts, complaint, zip: evidenceZip(evidenceFiles({ facts, complaint, policy: kept.book.register.policy })) });
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      setTrouble(troubleOf(error, t("The complaint could not be made.")));
    }
  };
  return (
    <More summary={t("Complaint to an authority, with the evidence")}>
      <form
        class="asking"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label class="ds-label" for="c-authority">
          {t("Name of the authority")}
        </label>
        <input class="ds-input" id="c-authority" required maxLength={200} value={authority} onInput={(event) => setAuthority(event.currentTarget.value)} />
        <label class="ds-label" for="c-competence">
          {t("Why this one")}
        </label>
        <select class="ds-input" id="c-competence" value={competence} onChange={(event) => setCompetence(event.currentTarget.value as Competence)}>
          <option value="residence">{t("I live there")}</option>
          <option value="work">{t("I work there")}</option>
          <option value="infringement">{t("It happened there")}</option>
        </select>
        <label class="ds-label" for="c-language">
          {t("Language: that of the authority")}
        </label>
        <select class="ds-input" id="c-language" value={language} onChange={(event) => setLanguage(event.currentTarget.value === "de" ? "de" : "en")}>
          <option value="en">English</option>
          <option value="de">Deutsch</option>
        </select>
        <div class="row">
          <button class="ds-button" data-variant="secondary" type="submit">
            {t("Make the complaint")}
          </button>
        </div>
      </form>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {made !== null && (
        <>
          <h4>{t("Proven, from the files")}</h4>
          <ul>
            {made.facts.proven.map(({ says, file }, i) => (
              <li key={i}>
                {says} <code>{file}</code>
              </li>
            ))}
          </ul>
          <h4>{t("Stated by you")}</h4>
          <ul>
            {made.facts.asserted.map(({ says }, i) => (
              <li key={i}>{says}</li>
            ))}
          </ul>
          <div class="letter-text" role="group" aria-label={t("The complaint")} tabIndex={0} lang={made.facts.language}>
            {made.complaint.text}
          </div>
          <div class="row">
            <CopyButton text={made.complaint.text}>{t("Copy the complaint")}</CopyButton>
            <button class="ds-button" data-variant="secondary" type="button" onClick={() => saveFile("evidence.zip", made.zip, "application/zip")}>
              {t("Save the evidence (ZIP)")}
            </button>
            <button class="ds-button" data-variant="secondary" type="button" onClick={() => complained(formatInstant(Math.floor(clock())), authority)}>
              {t("I have complained")}
            </button>
          </div>
        </>
      )}
    </More>
  );
}
