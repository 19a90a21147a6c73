/** The island of /developers/playground. The play is in the fragment of the URL, from where it is read again when that changes. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { checkReasons } from "@freehold/protocol/check";
import type { CheckRequest } from "@freehold/protocol/check";
import { isKnown, personalData, processing, purposes } from "@freehold/protocol/vocabulary";
import { Caution, Mark, Part } from "../../../ui/kit.tsx";
import { addMessages, speak, t } from "../../../ui/text.ts";
import { germanPlayground } from "./de-playground.ts";
import { examples } from "./playground-examples.ts";
import { FATES, MAXIMUM_AGE, MOST_DECISIONS, countOf, judge, readPlay, writePlay } from "./playground.ts";
import type { Fate, Judgement, Play, Played } from "./playground.ts";
import { conditions, fates, nameOf } from "./playground-words.ts";

/** Before the URL is written: browsers refuse hundreds of writes a minute. */
const SETTLED = 250;
const first = Object.values(examples)[2]!;
const DIMENSIONS = ["purpose", "data", "processing"] as const;
const TERMS = { purpose: purposes, data: personalData, processing };

const dimensionNames = () => ({ purpose: t("Purpose"), data: t("Data"), processing: t("Processing") });

function Playground() {
  const [play, setPlay] = useState<Play>(() => readPlay(location.hash) ?? first);
  const [broken, setBroken] = useState(() => isBroken());
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const heading = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    const read = () => {
      const found = readPlay(location.hash);
      setBroken(isBroken());
      if (found === null) return;
      clearTimeout(settling.current);
      setPlay(found);
      heading.current?.focus();
      heading.current?.scrollIntoView({ block: "center" });
    };
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);

  const change = (next: Partial<Play>) => {
    const whole = { ...play, ...next };
    setPlay(whole);
    setBroken(false);
    clearTimeout(settling.current);
    settling.current = setTimeout(() => history.replaceState(null, "", `#${writePlay(whole)}`), SETTLED);
  };
  const changeDecision = (at: number, next: Partial<Played>) => change({ decisions: play.decisions.map((one, i) => (i === at ? { ...one, ...next } : one)) });
  const add = (kind: Played["kind"]) => {
    const index = Math.max(3, ...play.decisions.map((one) => Math.max(one.index ?? 0, one.beacon))) + 1;
    const scope =
      kind === "grant" ? { purpose: "dpv:Marketing", data: "pd:Contact", processing: "dpv:Use" } : { purpose: "dpv:DirectMarketing", data: "", processing: "" };
    change({ decisions: [...play.decisions, { kind, index, beacon: index, fate: "stands", ...scope }], size: Math.max(play.size, index + 2) });
  };

  return (
    <>
      {broken && (
        <Caution>
          <p>{t("The address of this page holds no history that can be read. An example is shown instead.")}</p>
        </Caution>
      )}
      <TermLists />
      <Part id="answer" title={t("Answer")}>
        <p class="answer" ref={heading} tabIndex={-1} role="status">
          <AnswerLine play={play} />
        </p>
        <Judgements play={play} />
      </Part>
      <Part id="asked" title={t("Asked")}>
        <Scope id="ask" scope={play.request} onChange={(scope) => change({ request: { ...play.request, ...scope } })} />
      </Part>
      <Part id="known" title={t("What the desk knows of her")}>
        <div class="decisions">
          {play.decisions.map((one, at) => (
            <DecisionFields
              key={at}
              at={at}
              decision={one}
              onChange={(next) => changeDecision(at, next)}
              onRemove={() => {
                change({ decisions: play.decisions.filter((_, i) => i !== at) });
                document.getElementById("add-grant")?.focus();
              }}
            />
          ))}
        </div>
        {play.decisions.length === 0 && <p class="unknown">{t("Nothing: she has decided nothing yet.")}</p>}
        <p class="play-buttons">
          <button
            class="ds-button"
            data-variant="secondary"
            type="button"
            id="add-grant"
            disabled={play.decisions.length === MOST_DECISIONS}
            onClick={() => add("grant")}
          >
            {t("Add a grant")}
          </button>
          <button class="ds-button" data-variant="secondary" type="button" disabled={play.decisions.length === MOST_DECISIONS} onClick={() => add("refusal")}>
            {t("Add a refusal")}
          </button>
        </p>
      </Part>
      <Part id="desk" title={t("What the desk knows of the log")}>
        <div class="play-fields">
          <Count id="size" label={t("Entries that its status covers")} value={play.size} onChange={(size) => change({ size: size ?? play.size })} />
          <Count
            id="age"
            label={t("Age of the status in seconds ({most} at most)", { most: MAXIMUM_AGE })}
            value={play.age}
            onChange={(age) => change({ age: age ?? play.age })}
          />
          <Count id="floor" label={t("Floor, for what it erased")} value={play.floor} onChange={(floor) => change({ floor: floor ?? play.floor })} />
        </div>
      </Part>
    </>
  );
}

function isBroken(): boolean {
  return location.hash.includes("ask=") && readPlay(location.hash) === null;
}

/** The terms that are suggested: once for all fields. Others may be typed. */
function TermLists() {
  return (
    <>
      {DIMENSIONS.map((dimension) => (
        <datalist key={dimension} id={`terms-${dimension}`}>
          {TERMS[dimension].map((term) => (
            <option key={term} value={term} />
          ))}
        </datalist>
      ))}
    </>
  );
}

function AnswerLine({ play }: { play: Play }) {
  const { answer, grant, blocker } = judge(play);
  const named = grant === null ? undefined : nameOf(play.decisions[grant]!);
  if (answer.allowed) return <Mark kind="holds">{t("Allowed, by {grant}.", { grant: named! })}</Mark>;
  return (
    <Mark kind="fails">
      {t("Not allowed")}: <code>{answer.reason}</code>.{" "}
      {named === undefined
        ? t("No grant covers what is asked.")
        : blocker === null
          ? t("Closest is {grant}.", { grant: named })
          : t("Closest is {grant}; {blocker} speaks against it.", { grant: named, blocker: nameOf(play.decisions[blocker]!) })}
    </Mark>
  );
}

function Judgements({ play }: { play: Play }) {
  const { judgements } = judge(play);
  const words = conditions();
  return (
    <>
      {judgements.map((one) => (
        <details key={one.grant} class="more" open>
          <summary>{t("Conditions of {grant}", { grant: nameOf(play.decisions[one.grant]!) })}</summary>
          <ol class="rule" aria-label={nameOf(play.decisions[one.grant]!)}>
            {checkReasons.map((reason, i) => (
              <li key={reason}>
                <span>{words[reason]}</span> <ConditionMark at={i} judgement={one} play={play} />
              </li>
            ))}
          </ol>
        </details>
      ))}
    </>
  );
}

function ConditionMark({ at, judgement: { hold, blocker }, play }: { at: number; judgement: Judgement; play: Play }) {
  if (at < hold) return <Mark kind="holds">{t("holds")}</Mark>;
  if (at > hold) return <span class="unknown">{t("not asked")}</span>;
  return <Mark kind="fails">{blocker === null ? t("does not hold") : t("does not hold: {decision}", { decision: nameOf(play.decisions[blocker]!) })}</Mark>;
}

function DecisionFields({
  at,
  decision,
  onChange,
  onRemove,
}: {
  at: number;
  decision: Played;
  onChange: (next: Partial<Played>) => void;
  onRemove: () => void;
}) {
  const names = fates();
  const id = `decision-${at}`;
  return (
    <fieldset>
      <legend>{nameOf(decision)}</legend>
      <div class="play-fields">
        <p class="choice">
          <label class="ds-label" for={`${id}-kind`}>
            {t("Kind")}
          </label>
          <select
            class="ds-input"
            id={`${id}-kind`}
            value={decision.kind}
            onChange={(event) => onChange({ kind: event.currentTarget.value as Played["kind"] })}
          >
            <option value="grant">{t("grant")}</option>
            <option value="refusal">{t("refusal")}</option>
          </select>
        </p>
        <Count id={`${id}-index`} label={t("Place in the log (empty: not proved)")} value={decision.index} onChange={(index) => onChange({ index })} empty />
        <Count
          id={`${id}-beacon`}
          label={t("She had looked at entries below")}
          value={decision.beacon}
          onChange={(beacon) => onChange({ beacon: beacon ?? decision.beacon })}
        />
        <p class="choice">
          <label class="ds-label" for={`${id}-fate`}>
            {t("Since then")}
          </label>
          <select class="ds-input" id={`${id}-fate`} value={decision.fate} onChange={(event) => onChange({ fate: event.currentTarget.value as Fate })}>
            {FATES.filter((fate) => decision.kind === "grant" || fate !== "expired" || decision.fate === fate).map((fate) => (
              <option key={fate} value={fate}>
                {names[fate]}
              </option>
            ))}
          </select>
        </p>
      </div>
      <Scope id={id} scope={decision} onChange={onChange} all={decision.kind === "refusal"} />
      <button class="ds-button" data-variant="tertiary" type="button" onClick={onRemove} aria-label={t("Remove {decision}", { decision: nameOf(decision) })}>
        {t("Remove")}
      </button>
    </fieldset>
  );
}

function Scope({ id, scope, onChange, all = false }: { id: string; scope: CheckRequest; onChange: (next: Partial<CheckRequest>) => void; all?: boolean }) {
  const names = dimensionNames();
  return (
    <div class="play-fields">
      {DIMENSIONS.map((dimension) => {
        const of = `${id}-${dimension}`;
        const term = scope[dimension];
        const said =
          term === ""
            ? all
              ? t("empty: all")
              : t("empty: none")
            : isKnown(term)
              ? null
              : t("not in the vocabulary: lies within itself only, and overlaps all");
        return (
          <p class="choice" key={dimension}>
            <label class="ds-label" for={of}>
              {names[dimension]}
            </label>
            <input
              class="ds-input"
              id={of}
              list={`terms-${dimension}`}
              value={term}
              maxLength={128}
              spellcheck={false}
              autocomplete="off"
              {...(said !== null && { "aria-describedby": `${of}-said` })}
              onInput={(event) => onChange({ [dimension]: event.currentTarget.value.trim() })}
            />
            {said !== null && (
              <span class="cell-note" id={`${of}-said`}>
                {said}
              </span>
            )}
          </p>
        );
      })}
    </div>
  );
}

/** A whole number; `empty` where there may be none. What is no number changes nothing. */
function Count({
  id,
  label,
  value,
  onChange,
  empty = false,
}: {
  id: string;
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  empty?: boolean;
}) {
  return (
    <p class="choice">
      <label class="ds-label" for={id}>
        {label}
      </label>
      <input
        class="ds-input"
        id={id}
        type="number"
        min={0}
        max={999_999_999}
        step={1}
        inputMode="numeric"
        value={value ?? ""}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          const count = countOf(typed);
          if (count !== undefined) onChange(count);
          else if (typed === "" && empty) onChange(null);
        }}
      />
    </p>
  );
}

const place = document.querySelector<HTMLElement>("[data-playground]");
if (place !== null) {
  addMessages("de", germanPlayground);
  speak(document.documentElement.lang === "de" ? "de" : "en");
  place.hidden = false;
  render(<Playground />, place);
}
