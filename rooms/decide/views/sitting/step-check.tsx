/** The fourth step: the exact texts that will be signed, before they are. */
import { textOf } from "@freehold/person/prepare";
import type { Prepared } from "@freehold/person/prepare";
import { recordIn } from "@freehold/person/item";
import { labelOf } from "@freehold/protocol/vocabulary";
import { useEffect, useState } from "preact/hooks";
import { Caution, CodeBlock, Fields, NotStated } from "../../../../ui/kit.tsx";
import { currentLanguage, t, tn } from "../../../../ui/text.ts";
import type { Keys } from "../keep.ts";
import { Go, StepView, Working, Wrong } from "./parts.tsx";
import { draftsOf } from "./choices.ts";
import type { NamedDraft } from "./choices.ts";
import { makeReady, wordsOf } from "./run.ts";
import type { Ready } from "./run.ts";
import type { Home } from "../keep.ts";
import type { Sitting } from "./state.ts";
import { Unlock } from "./unlock.tsx";

const SHOWN = 40;

export function CheckStep({
  sitting,
  home,
  keys,
  seed,
  ready,
  onSeed,
  onReady,
  onBack,
  onSign,
  onNothing,
}: {
  sitting: Sitting;
  home: Home;
  /** Null where she has no key yet: then it is made when she signs. */
  keys: Keys | null;
  seed: Uint8Array | null;
  ready: Ready | null;
  onSeed: (seed: Uint8Array) => void;
  onReady: (ready: Ready) => void;
  onBack: () => void;
  onSign: () => void;
  onNothing: () => void;
}) {
  const [reading, setReading] = useState<{ done: number; of: number } | null>(null);
  const [wrong, setWrong] = useState<{ words: string; missing: boolean } | null>(null);
  const [all, setAll] = useState(false);

  const make = async (acceptMissing = false) => {
    if (seed === null || reading !== null) return;
    setReading({ done: 0, of: 0 });
    setWrong(null);
    try {
      onReady(await makeReady({ seed, drafts: draftsOf(sitting, home), acceptMissing, progress: (done, of) => setReading({ done, of }) }));
    } catch (error) {
      setWrong({ words: wordsOf(error), missing: (error as { code?: string }).code === "records_missing" });
    }
    setReading(null);
  };
  useEffect(() => {
    if (ready === null) void make();
  }, [seed]);

  const count = ready?.prepared.length ?? 0;
  const groups = ready === null ? [] : byOrganisation(ready);
  return (
    <StepView
      name="check"
      title={t("Check what you will sign")}
      lede={t(
        "Each organisation gets a text of its own, with a key of its own: nobody can tell by them that they are of one person. In the register stands a sealed number for each, and nothing of the text.",
      )}
      back={t("What do you say?")}
      onBack={onBack}
    >
      {keys !== null && seed === null && (
        <Unlock keys={keys} onOpen={onSeed} why={t("Your key is needed to make the texts. It stays in this tab until you leave the page.")} />
      )}
      <Wrong words={wrong?.words ?? null}>
        {wrong?.missing === true ? (
          <p>
            <Go secondary onClick={() => void make(true)}>
              {t("Go on without seeing them")}
            </Go>
          </p>
        ) : (
          <p>
            <Go secondary onClick={() => void make()}>
              {t("Try again")}
            </Go>
          </p>
        )}
      </Wrong>
      {reading !== null && <Working words={t("Reading the log, to know that none of yours is missing")} {...(reading.of > 0 && reading)} />}
      {ready !== null && (
        <>
          <p class="counts" role="status">
            {tn(count, "{n} statement", "{n} statements")} {tn(groups.length, "to {n} organisation", "to {n} organisations")}
          </p>
          {ready.copies !== null && (
            <Caution>
              <p>{t("Your copies at the register could not be brought into step: {why}", { why: ready.copies })}</p>
            </Caution>
          )}
          <ol class="answers">
            {(all ? groups : groups.slice(0, SHOWN)).map(([id, statements]) => (
              <Statements key={id} statements={statements} alone={groups.length === 1} words={sitting.words} />
            ))}
          </ol>
          {!all && groups.length > SHOWN && (
            <p>
              <button type="button" class="link-button" onClick={() => setAll(true)}>
                {tn(groups.length - SHOWN, "Show {n} more", "Show {n} more")}
              </button>
            </p>
          )}
          <div class="two-answers">
            <button type="button" class="ds-button" data-variant="secondary" onClick={onSign}>
              {t("Sign")}
            </button>
            <button type="button" class="ds-button" data-variant="secondary" onClick={onNothing}>
              {t("Do not sign")}
            </button>
          </div>
        </>
      )}
    </StepView>
  );
}

interface Statement {
  prepared: Prepared;
  named: NamedDraft;
}

function byOrganisation({ prepared, drafts }: Ready): [string, Statement[]][] {
  const groups = new Map<string, Statement[]>();
  for (const [i, one] of prepared.entries()) {
    const named = drafts[i]!;
    const { id } = named.found.organisation;
    groups.set(id, [...(groups.get(id) ?? []), { prepared: one, named }]);
  }
  return [...groups];
}

function Statements({ statements, alone, words }: { statements: Statement[]; alone: boolean; words: string }) {
  const [open, setOpen] = useState(alone);
  const { organisation } = statements[0]!.named.found;
  const overlaps = [...new Set(statements.flatMap(({ prepared }) => prepared.overlaps))];
  return (
    <li>
      <h3>{organisation.name}</h3>
      <ul class="says">
        {statements.map(({ named }) => (
          <li key={named.act.id}>
            {named.act.heading[currentLanguage()]}
            {named.act.words !== "no" && words.trim() !== "" && <span class="note"> {t("with your own sentence, in the letter")}</span>}
          </li>
        ))}
      </ul>
      {overlaps.length > 0 && (
        <p class="note">
          {tn(overlaps.length, "You have said something of the same before: {what}.", "You have said something of the same {n} times before, last: {what}.", {
            what: `${labelOf(recordIn(overlaps[0]!).act).toLowerCase()}, ${overlaps[0]!.signed.slice(0, 10)}`,
          })}
        </p>
      )}
      <details class="more" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{alone ? t("Who, what and why, and the exact text") : t("Details and exact text")}</summary>
        {open && (
          <div>
            <Fields
              fields={[
                { name: t("Who"), value: organisation.name, note: organisation.controller },
                {
                  name: t("How long it keeps the data"),
                  value: organisation.retentionDays == null ? <NotStated /> : tn(organisation.retentionDays, "{n} day", "{n} days"),
                },
                { name: t("Which data"), value: organisation.data.length === 0 ? <NotStated /> : organisation.data.map((term) => labelOf(term)).join("; ") },
                { name: t("Its own words"), value: <Notices notices={organisation.notices} /> },
              ]}
            />
            {statements.map(({ prepared, named }) => (
              <CodeBlock key={named.act.id} label={t("Exact text: {act}", { act: named.act.heading[currentLanguage()] })}>
                {textOf(prepared, true)}
              </CodeBlock>
            ))}
            <p class="note">{t("Shown with line breaks; what is signed is the same without them.")}</p>
          </div>
        )}
      </details>
    </li>
  );
}

function Notices({ notices }: { notices: readonly { kind: string; url: string; language?: string }[] }) {
  const [first] = notices;
  if (first === undefined) return <NotStated />;
  return (
    <a href={first.url} rel="noreferrer">
      {t("Privacy notice")}
    </a>
  );
}
