/** Standing instructions: kept here, and turned into decisions only when she says so and signs them. */
import { draftsFor } from "@freehold/person/instructions";
import type { InstructedDraft } from "@freehold/person/instructions";
import { textOf } from "@freehold/person/prepare";
import type { Instruction } from "@freehold/person/schema";
import { toHex } from "@freehold/protocol/bytes";
import { formatInstant } from "@freehold/protocol/shape";
import { useState } from "preact/hooks";
import { CodeBlock, Mark, More, countryName } from "../../../ui/kit.tsx";
import { t, tn } from "../../../ui/text.ts";
import { changeKept, decide, prepareFor, refreshKept } from "./decide-flow.ts";
import type { Person } from "./decide-flow.ts";
import { TroubleBox, clock, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { termWords } from "./decision-words.ts";
import type { Kept } from "./keep.ts";
import { KeyField, openKey, wayNote, wayOf } from "./open-key.tsx";
import { openOrganisations } from "./sitting/shards.ts";

const PURPOSES = ["dpv:Advertising", "dpv:Marketing", "dpv:Personalisation", "dpv:ResearchAndDevelopment", "dpv:SellDataToThirdParties"] as const;
/** As many as one sitting signs at a time. */
const AT_ONCE = 200;

function actName(act: Instruction["act"]): string {
  return { refuse: t("Refuse"), object: t("Object to"), "opt-out": t("Opt out of") }[act];
}

function sentenceOf({ act, purposes, scope }: Instruction): string {
  const where =
    scope === "everywhere" ? t("everywhere") : scope.country === undefined ? t("in this sector") : t("in {country}", { country: countryName(scope.country) });
  return `${actName(act)} ${purposes.map(termWords).join(", ")}, ${where}`;
}

export function Instructions({ kept, changed }: { kept: Kept; changed: (kept: Kept) => void }) {
  const { instructions } = kept.book;
  const [act, setAct] = useState<Instruction["act"]>("refuse");
  const [purpose, setPurpose] = useState<string>(PURPOSES[0]);
  const [country, setCountry] = useState("");
  const change = async (next: readonly Instruction[]) => {
    const stored = await changeKept((book) => ({ ...book, instructions: [...next] }));
    if (stored !== undefined) changed(stored);
  };
  const add = () => {
    const id = toHex(crypto.getRandomValues(new Uint8Array(8)));
    const scope = /^[A-Za-z]{2}$/.test(country) ? { country: country.toUpperCase() } : ("everywhere" as const);
    void change([...instructions, { id, made: formatInstant(Math.floor(clock())), act, purposes: [purpose], scope }]);
  };
  return (
    <section class="instructions" aria-labelledby="instructions">
      <h2 id="instructions">{t("Standing instructions")}</h2>
      <p>
        {t("An instruction is a note to yourself, such as “refuse advertising everywhere”. It decides nothing alone: you see what it would decide, and sign.")}
      </p>
      <ul class="links">
        {instructions.map((instruction) => (
          <li key={instruction.id}>
            {sentenceOf(instruction)}{" "}
            <button class="linklike" type="button" onClick={() => void change(instructions.filter(({ id }) => id !== instruction.id))}>
              {t("Remove")}
              <span class="ds-sr-only">: {sentenceOf(instruction)}</span>
            </button>
            <Apply instruction={instruction} kept={kept} changed={changed} />
          </li>
        ))}
      </ul>
      <More summary={t("New instruction")}>
        <form
          class="decision-filters"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <p class="choice">
            <label class="ds-label" for="i-act">
              {t("What to say")}
            </label>
            <select class="ds-input" id="i-act" value={act} onChange={(event) => setAct(event.currentTarget.value as Instruction["act"])}>
              {(["refuse", "object", "opt-out"] as const).map((one) => (
                <option key={one} value={one}>
                  {actName(one)}
                </option>
              ))}
            </select>
          </p>
          <p class="choice">
            <label class="ds-label" for="i-purpose">
              {t("Purpose")}
            </label>
            <select class="ds-input" id="i-purpose" value={purpose} onChange={(event) => setPurpose(event.currentTarget.value)}>
              {PURPOSES.map((one) => (
                <option key={one} value={one}>
                  {termWords(one)}
                </option>
              ))}
            </select>
          </p>
          <p class="choice">
            <label class="ds-label" for="i-country">
              {t("Country (two letters; empty: everywhere)")}
            </label>
            <input
              class="ds-input"
              id="i-country"
              maxLength={2}
              autocomplete="off"
              value={country}
              onInput={(event) => setCountry(event.currentTarget.value)}
            />
          </p>
          <button class="ds-button" data-variant="secondary" type="submit">
            {t("Keep the instruction")}
          </button>
        </form>
      </More>
    </section>
  );
}

type State = { step: "idle" } | { step: "busy"; words: string } | { step: "ready"; drafts: InstructedDraft[] } | { step: "done"; count: number };

/** What an instruction would decide now: searched in all parts of the map, in this browser. */
function Apply({ instruction, kept, changed }: { instruction: Instruction; kept: Kept; changed: (kept: Kept) => void }) {
  const [state, setState] = useState<State>({ step: "idle" });
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [typed, setTyped] = useState("");
  const way = wayOf(kept.keys);

  const look = async () => {
    setTrouble(null);
    setState({ step: "busy", words: t("Looking through the map") });
    try {
      const organisations = openOrganisations();
      const all = await organisations.search("", Number.MAX_SAFE_INTEGER);
      const found = await organisations.byId(all.map(({ id }) => id));
      const living = found.filter(({ ended, practices }) => ended !== true && practices.length > 0);
      const drafts = draftsFor(
        instruction,
        living.map(({ controller, name, country, practices }) => ({
          party: { id: controller, name: name.slice(0, 200) },
          ...(country !== null && { country }),
          purposes: practices.flatMap(({ purposes }) => purposes),
        })),
        kept.book,
      );
      setState({ step: "ready", drafts });
    } catch (error) {
      setTrouble(troubleOf(error, t("The map could not be read.")));
      setState({ step: "idle" });
    }
  };
  const signAll = async (drafts: readonly InstructedDraft[]) => {
    setTrouble(null);
    setState({ step: "busy", words: t("Opening your key") });
    try {
      const seed = await openKey(kept, typed);
      const newer = (await refreshKept(seed))!;
      const person: Person = { keys: newer.keys, book: newer.book, log: newer.log!, seed };
      const { items, person: after } = await decide({
        person,
        prepared: prepareFor(
          person,
          drafts.map(({ draft }) => draft),
        ),
        also: () => ({ instruction: instruction.id }),
        keepKey: async (keys) => keys,
        progress: (what, done, of) =>
          setState({ step: "busy", words: what === "signing" ? t("Signed {done} of {of}", { done, of }) : t("In the log: {done} of {of}", { done, of }) }),
      });
      setState({ step: "done", count: items.length });
      changed({ ...newer, keys: after.keys, book: after.book, log: after.log });
    } catch (error) {
      setTrouble(troubleOf(error, t("They were not signed, or not published.")));
      setState({ step: "idle" });
    }
  };

  if (state.step === "ready") {
    const now = state.drafts.slice(0, AT_ONCE);
    return (
      <form
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          void signAll(now);
        }}
      >
        <p role="status">
          {tn(state.drafts.length, "It would decide towards {n} organisation.", "It would decide towards {n} organisations.")}{" "}
          {state.drafts.length > AT_ONCE && t("They are signed {n} at a time.", { n: AT_ONCE })}
        </p>
        {now.length > 0 && (
          <>
            <More summary={t("To whom")}>
              <ul>
                {now.map(({ draft }) => (
                  <li key={draft.controller.id}>{draft.controller.name}</li>
                ))}
              </ul>
            </More>
            <More summary={t("The text that you sign, for the first of them")}>
              <CodeBlock label={t("The text that you sign, for the first of them")}>{exampleOf(now[0]!, kept)}</CodeBlock>
            </More>
            <p class="note">{wayNote(way)}</p>
            <KeyField way={way} id={`apply-${instruction.id}`} value={typed} onInput={setTyped} />
            <button class="ds-button" type="submit">
              {tn(now.length, "Sign {n} decision", "Sign {n} decisions")}
            </button>
          </>
        )}
      </form>
    );
  }
  return (
    <div>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      <p role="status">
        {state.step === "busy" && <Mark kind="running">{state.words}</Mark>}
        {state.step === "done" && <Mark kind="holds">{tn(state.count, "{n} decision is in the log.", "{n} decisions are in the log.")}</Mark>}
      </p>
      {state.step !== "busy" && (
        <button class="ds-button" data-variant="secondary" type="button" onClick={() => void look()}>
          {t("See what it would decide now")}
        </button>
      )}
    </div>
  );
}

/** The record without the members that only the key and the log give. */
function exampleOf({ draft }: InstructedDraft, kept: Kept): string {
  const beacon = { origin: kept.book.register.origin, root: "…", size: 0 };
  return textOf({ record: { "@context": "urn:freehold:record:1", ...draft, beacon, lock: "…" } as never }, true);
}
