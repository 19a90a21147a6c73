/** The island of /me/decide: a company's offer becomes one question after the other, then the exact texts, one gesture, and the delivery. */
import type { Item } from "@freehold/person/schema";
import { classOf, decodeRecord } from "@freehold/protocol/record";
import { formatInstant, seconds } from "@freehold/protocol/shape";
import { addMonths, dayOf } from "@freehold/person/calendar";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Fields, Mark, Verified, countryName } from "../../../ui/kit.tsx";
import { formatTime } from "../../../ui/format.ts";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import { decide, prepareFor } from "./decide-flow.ts";
import type { Person } from "./decide-flow.ts";
import { StepHeading, TroubleBox, clock, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { actSentence, deliveryName, durationWords, idWords, termWords, termsWords } from "./decision-words.ts";
import { addPassphrase } from "./gestures.ts";
import type { Keys } from "./keep.ts";
import { keepOpen } from "./open-key.tsx";
import { draftOf, readQuestion, deliverAll } from "./question.ts";
import type { Answer, Asked } from "./question.ts";
import { Check, KeepKey } from "./question-check.tsx";

/** How long a grant may last, in months. */
const TERMS = [1, 3, 6, 12, 24] as const;

type Stage =
  | { step: "ask"; at: number }
  | { step: "check" }
  | { step: "busy"; words: string }
  | { step: "keep"; done: (words: string) => void; trouble?: Trouble }
  | { step: "done"; items: Item[] };

function Question({ asked }: { asked: Asked }) {
  const { offer, company, kept, fresh } = asked;
  const { processes, controller } = offer;
  const [answers, setAnswers] = useState<readonly (Answer | undefined)[]>(processes.map(() => undefined));
  const [months, setMonths] = useState<number>(12);
  const [stage, setStage] = useState<Stage>({ step: "ask", at: 0 });
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  // By lot, in her browser: neither the company nor the register can choose which answer comes first.
  const [allowFirst] = useState(() => crypto.getRandomValues(new Uint8Array(1))[0]! % 2 === 0);
  const [until] = useState(() => (of: number) => `${addMonths(dayOf(formatInstant(Math.floor(clock()))), of)}T00:00:00Z`);

  const answer = (at: number, given: Answer) => {
    const next = answers.map((one, i) => (i === at ? given : one));
    setAnswers(next);
    const open = next.findIndex((one) => one === undefined);
    setStage(open < 0 ? { step: "check" } : { step: "ask", at: open });
  };
  const drafts = () => answers.map((given, i) => draftOf(asked, processes[i]!, given!, until(months)));

  const carryOut = async (person: Person, passphrase: string) => {
    setTrouble(null);
    setStage({ step: "busy", words: t("Waiting for your gesture") });
    try {
      const seen = await asked.seen;
      const { items, person: after } = await decide({
        person,
        prepared: prepareFor(person, drafts()),
        also: () => ({ claims: company.documents, ...(seen && { seen }) }),
        keepKey: (keys, seed) => keepWith(keys, seed, passphrase),
        progress: (what, done, of) =>
          setStage({
            step: "busy",
            words: what === "signing" ? t("Signed {done} of {of}", { done, of }) : t("In the log: {done} of {of}", { done, of }),
          }),
      });
      keepOpen(after.seed);
      setStage({ step: "busy", words: t("Delivering to {name}", { name: controller.name }) });
      setStage({ step: "done", items: await deliverAll(items, asked, after) });
    } catch (error) {
      setTrouble(troubleOf(error, t("It was not signed, or not published.")));
      setStage({ step: "check" });
    }
  };
  const keepWith = async (keys: Keys, seed: Uint8Array, passphrase: string): Promise<Keys> => {
    if (passphrase !== "") return addPassphrase(keys, seed, passphrase);
    const words = await new Promise<string>((resolve) => setStage({ step: "keep", done: resolve }));
    setStage({ step: "busy", words: t("Closing your key") });
    return addPassphrase(keys, seed, words);
  };

  return (
    <div class="question">
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {stage.step === "ask" && (
        <Ask
          asked={asked}
          at={stage.at}
          allowFirst={allowFirst}
          months={months}
          setMonths={setMonths}
          answer={(given) => answer(stage.at, given)}
          before={answers[stage.at]}
          initial={answers.every((one) => one === undefined) && stage.at === 0}
        />
      )}
      {stage.step === "check" && (
        <Check
          asked={asked}
          drafts={drafts()}
          answers={answers as readonly Answer[]}
          change={(at) => setStage({ step: "ask", at })}
          carryOut={(person, passphrase) => void carryOut(person, passphrase)}
          kept={kept}
          fresh={fresh}
        />
      )}
      {stage.step === "busy" && (
        <>
          <StepHeading step="busy">{t("Signing")}</StepHeading>
          <p role="status">
            <Mark kind="running">{stage.words}</Mark>
          </p>
        </>
      )}
      {stage.step === "keep" && <KeepKey done={stage.done} />}
      {stage.step === "done" && <Done asked={asked} items={stage.items} />}
    </div>
  );
}

function Ask({
  asked: { offer, company },
  at,
  allowFirst,
  months,
  setMonths,
  answer,
  before,
  initial,
}: {
  asked: Asked;
  at: number;
  allowFirst: boolean;
  months: number;
  setMonths: (months: number) => void;
  answer: (given: Answer) => void;
  before: Answer | undefined;
  initial: boolean;
}) {
  const { controller, processes, notice, expires } = offer;
  const process = processes[at]!;
  const { purposes, data, processing, ground, recipients, retention, storage } = process;
  const index = company.documents.at(-1)?.index;
  const buttons: readonly (readonly [Answer, string])[] = [
    ["allow", t("Allow")],
    ["refuse", t("Refuse")],
  ];
  return (
    <>
      {processes.length > 1 && <p class="note">{t("Question {n} of {of}", { n: at + 1, of: processes.length })}</p>}
      <StepHeading step={`ask ${at}`} initial={initial}>
        {t("May {name} use your {data} for {purposes}?", { name: controller.name, data: termsWords(data), purposes: termsWords(purposes) })}
      </StepHeading>
      <Fields
        fields={[
          { name: t("Who"), value: `${controller.name} (${idWords(controller.id)})` },
          { name: t("What"), value: t("{data}: {processing}", { data: termsWords(data), processing: termsWords(processing) }) },
          { name: t("Why"), value: termsWords(purposes) },
          { name: t("How long kept"), value: retention === undefined ? <NotSaid /> : durationWords(retention) },
          { name: t("On what ground"), value: ground === undefined ? <NotSaid /> : termWords(ground) },
          {
            name: t("Shared with"),
            value: recipients === undefined ? t("nobody, by this offer") : recipients.map(({ name, id }) => `${name} (${idWords(id)})`).join(", "),
          },
          { name: t("Stored in"), value: storage === undefined ? <NotSaid /> : storage.map(countryName).join(", ") },
          {
            name: t("Notice"),
            value: <a href={paths.document(notice)}>{t("what {name} has published about it", { name: controller.name })}</a>,
            note: t("The register serves it, and sees that somebody reads it."),
          },
        ]}
      />
      <Verified>
        <p>
          <Mark kind="holds">{t("Asked by {host}: verified in your browser.", { host: idWords(controller.id) })}</Mark>{" "}
          {t("The question is signed with a key that stands at {host} and in entry {index} of the log. It can be answered until {time}.", {
            host: idWords(controller.id),
            index: index ?? "",
            time: formatTime(seconds(expires)),
          })}
        </p>
      </Verified>
      <p class="field">
        <label class="ds-label" for="until">
          {t("If you allow it: for how long")}
        </label>
        <select class="ds-input" id="until" value={String(months)} onChange={(event) => setMonths(Number(event.currentTarget.value))}>
          {TERMS.map((of) => (
            <option key={of} value={String(of)}>
              {tn(of, "{n} month", "{n} months")}
            </option>
          ))}
        </select>
      </p>
      <div class="two-answers" role="group" aria-label={t("Your answer")}>
        {(allowFirst ? buttons : buttons.toReversed()).map(([given, words]) => (
          <button key={given} class="ds-button" data-variant="secondary" type="button" aria-pressed={before === given} onClick={() => answer(given)}>
            {words}
          </button>
        ))}
      </div>
      <p class="note">
        {t(
          "Both answers take the same steps, and both can be taken back with one press. Which button comes first was drawn by lot in your browser. Leaving this page is no consent.",
        )}
      </p>
    </>
  );
}

function NotSaid() {
  return <span class="unknown">{t("not said in the offer")}</span>;
}

function Done({ asked: { offer, back }, items }: { asked: Asked; items: readonly Item[] }) {
  const { controller } = offer;
  const granted = items.some(({ jws }) => classOf(decodeRecord(jws).record.act) === "grant");
  return (
    <>
      <StepHeading step="done">{t("Done")}</StepHeading>
      <div role="status">
        <Verified>
          <p>
            <Mark kind="holds">
              <strong>
                {tn(items.length, "Your answer is in the log: verified in your browser.", "Your {n} answers are in the log: verified in your browser.")}
              </strong>
            </Mark>
          </p>
        </Verified>
      </div>
      <ul class="links">
        {items.map(({ id, jws, index, deliveries, acknowledgements }) => {
          const last = deliveries?.at(-1);
          return (
            <li key={id}>
              <a href={`/me/receipts#${id.slice(0, 16)}`}>{actSentence(decodeRecord(jws).record.act)}</a>
              <span>
                {t("entry {index}", { index: index ?? "" })};{" "}
                {acknowledgements !== undefined && acknowledgements.length > 0
                  ? t("{name} has signed that it received it", { name: controller.name })
                  : last === undefined || last.error !== undefined
                    ? t("not delivered: {why}", { why: last?.error ?? "" })
                    : t("delivered {how}, not acknowledged yet", { how: deliveryName(last.by) })}
              </span>
            </li>
          );
        })}
      </ul>
      <Fields
        fields={[
          {
            name: t("What changed"),
            value: granted
              ? t("{name} may do what you allowed, and nothing more, until you take it back or the term ends.", { name: controller.name })
              : t("{name} may not do this on the ground of consent, and has it in writing.", { name: controller.name }),
          },
          {
            name: t("What has not"),
            value: t(
              "What {name} does on other grounds than consent, and what others do. A proof is no obedience: whether it keeps to it, the log cannot see.",
              { name: controller.name },
            ),
          },
          {
            name: t("What next"),
            value: tx("Take it back or see what is due at {decisions}; keep a copy of your key at {keys}.", {
              decisions: <a href="/me/decisions">{t("my decisions")}</a>,
              keys: <a href="/me/keys">{t("my keys")}</a>,
            }),
          },
        ]}
      />
      {back !== undefined && (
        <p class="row">
          <a class="ds-button" href={back}>
            {t("Back to {name}", { name: controller.name })}
          </a>
        </p>
      )}
    </>
  );
}

function Decide() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    const read = () => {
      setAsked(null);
      setTrouble(null);
      readQuestion().then(setAsked, (error: unknown) => setTrouble(troubleOf(error, t("This question cannot be answered here."))));
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  if (trouble !== null)
    return (
      <div role="alert">
        <TroubleBox trouble={trouble} />
        <p>{t("Nothing was signed or sent. Not answering is no consent.")}</p>
      </div>
    );
  if (asked === null)
    return (
      <p role="status">
        <Mark kind="running">{t("Reading the log and checking who asks")}</Mark>
      </p>
    );
  return <Question key={asked.offerJws} asked={asked} />;
}

for (const place of document.querySelectorAll<HTMLElement>("[data-question]")) render(<Decide />, place);
