/** The last step: receipts, what changed, what has not, what next. */
import { recordIn } from "@freehold/person/item";
import type { Book, Item } from "@freehold/person/schema";
import type { ReceiptStep } from "@freehold/protocol/receipt";
import { labelOf } from "@freehold/protocol/vocabulary";
import { useState } from "preact/hooks";
import { paths } from "../../../../ui/paths.ts";
import { Caution, Command, Mark, Verified } from "../../../../ui/kit.tsx";
import { currentLanguage, t, tn, tx } from "../../../../ui/text.ts";
import type { Home, Keys } from "../keep.ts";
import { KitView } from "../kit-view.tsx";
import { firstSteps } from "./choices.ts";
import { DemonstrationNote, Go, StepView, Working, Wrong, saveFile } from "./parts.tsx";
import { proveItem, submitAll, wordsOf } from "./run.ts";
import type { Sitting } from "./state.ts";

const SHOWN = 10;

export function DoneStep({
  sitting,
  book,
  keys,
  home,
  seed,
  problem,
  onAgain,
  onKit,
  onNew,
}: {
  sitting: Sitting;
  book: Book;
  keys: Keys;
  home: Home | undefined;
  /** Null after a reload: then what needs the key leads elsewhere. */
  seed: Uint8Array | null;
  problem: { copies: string | null; log: string | null };
  /** Submitting was tried again. */
  onAgain: (problem: { copies: string | null; log: string | null }) => void;
  onKit: (day: string) => void;
  onNew: () => void;
}) {
  const ids = new Set(sitting.signed);
  const items = book.items.filter(({ id }) => ids.has(id)).sort((a, b) => recordIn(a).controller.name.localeCompare(recordIn(b).controller.name));
  const waiting = items.filter(({ index }) => index === undefined);
  const [all, setAll] = useState(false);
  const [busy, setBusy] = useState<{ done: number; of: number } | null>(null);
  const refusals = items.some((item) => recordIn(item).act.startsWith("dpv:"));
  const again = async () => {
    if (seed === null || busy !== null) return;
    setBusy({ done: 0, of: 0 });
    try {
      const { copies } = await submitAll(seed, (done, of) => setBusy({ done, of }));
      onAgain({ copies, log: null });
    } catch (error) {
      onAgain({ ...problem, log: wordsOf(error) });
    }
    setBusy(null);
  };
  return (
    <StepView
      name="done"
      title={
        waiting.length === 0
          ? tn(items.length, "Signed, and in the log: {n} receipt", "Signed, and in the log: {n} receipts")
          : t("Signed, and kept here; not all of it is in the log yet")
      }
    >
      {keys.demonstration === true && <DemonstrationNote />}
      {problem.log !== null && (
        <Wrong words={problem.log}>
          <p>{t("Nothing is lost: it is stored in this browser and can be submitted at any time.")}</p>
        </Wrong>
      )}
      {waiting.length > 0 && seed !== null && (
        <p>
          <Go busy={busy !== null} onClick={() => void again()}>
            {tn(waiting.length, "Submit {n} statement again", "Submit {n} statements again")}
          </Go>
        </p>
      )}
      {busy !== null && <Working words={t("Entering into the log")} {...(busy.of > 0 && busy)} />}
      {problem.copies !== null && (
        <Caution>
          <p>
            {t("There is no copy at the register: {why} Until there is, what you signed lies in this browser only. Save a file of it at “My key”.", {
              why: problem.copies,
            })}
          </p>
        </Caution>
      )}
      <ul class="receipts" aria-label={t("Receipts")}>
        {(all ? items : items.slice(0, SHOWN)).map((item) => (
          <ReceiptRow key={item.id} book={book} item={item} seed={seed} />
        ))}
      </ul>
      {!all && items.length > SHOWN && (
        <p>
          <button type="button" class="link-button" onClick={() => setAll(true)}>
            {tn(items.length - SHOWN, "Show {n} more", "Show {n} more")}
          </button>
        </p>
      )}
      {seed !== null && keys.demonstration !== true && keys.kit === undefined && (
        <div class="panel" data-kit="offer">
          <h3>{t("Your recovery kit")}</h3>
          <p>{t("If this device is lost, or its passkey, only these words find your decisions again. Print or write them down now.")}</p>
          <KitView seed={seed} register={book.register} onHave={onKit} />
        </div>
      )}
      <h3>{t("What has changed")}</h3>
      <ul>
        <li>
          {t("There is proof, which nobody can change or date back, that you said this before a certain time. You hold it; the log shows nothing of the text.")}
        </li>
        {refusals && <li>{t("A company that has joined sees it as soon as it is brought to it, and its own software then answers: not allowed.")}</li>}
      </ul>
      <h3>{t("What has not")}</h3>
      <ul>
        <li>{t("Nobody has been told yet. To a company that has not joined it counts from the moment when a letter or form of yours arrives.")}</li>
        <li>{t("What your browser holds is as before: cookies, identifiers, and the answer that the banner stored.")}</li>
        <li>{t("What was done lawfully before stays lawful.")}</li>
      </ul>
      <h3>{t("What next")}</h3>
      <ol class="next-steps">
        <li>
          {tx("{letters}: first to the site, who must pass it on; and to those that your evidence names.", {
            letters: <a href={paths.meLetters}>{t("Write the letters")}</a>,
          })}
        </li>
        <li>
          {tx("{decisions}: bring it to those who have joined, follow answers, withdraw.", { decisions: <a href={paths.meDecisions}>{t("My decisions")}</a> })}
        </li>
        {(home === undefined ? [] : firstSteps(home)).map(({ id, heading, url }) => (
          <li key={id}>
            <a href={url} rel="noreferrer">
              {heading[currentLanguage()]}
            </a>
          </li>
        ))}
        {(home === undefined || firstSteps(home).length === 0) && (
          <li>
            <a href="https://globalprivacycontrol.org/" rel="noreferrer">
              {t("Turn on Global Privacy Control")}
            </a>
            {t(": then your browser says it to every site.")}
          </li>
        )}
        <li>
          {sitting.site === undefined
            ? t("Change your answer in the site’s own banner: the link is often called “Privacy settings”, at the foot of the page.")
            : t("Change your answer in the banner of {site}: the link is often called “Privacy settings”, at the foot of the page.", { site: sitting.site })}
        </li>
        <li>
          {t("Write the letters before you clear cookies: the identifiers in them are what a company finds your data by. Then clear the cookies of that site.")}
        </li>
      </ol>
      <h3>{t("Check it without this page")}</h3>
      <p>{t("Save a receipt, and on any computer with Node:")}</p>
      <Command>npx freehold verify receipt.json</Command>
      <p class="actions">
        <Go secondary onClick={onNew}>
          {t("Begin another sitting")}
        </Go>
      </p>
    </StepView>
  );
}

interface Proof {
  running: boolean;
  steps: { step: ReceiptStep; finding: string }[];
  wrong: string | null;
  text?: string;
}

function ReceiptRow({ book, item, seed }: { book: Book; item: Item; seed: Uint8Array | null }) {
  const [proof, setProof] = useState<Proof | null>(null);
  const { act, controller } = recordIn(item);
  const name = `receipt-${item.index ?? item.id.slice(0, 8)}.json`;
  const verify = async (save: boolean) => {
    if (proof?.running === true) return;
    const steps: Proof["steps"] = [];
    setProof({ running: true, steps, wrong: null });
    try {
      const { text } = await proveItem(book, item, {
        ...(seed !== null && { seed }),
        onStep: (step, finding) => steps.push({ step: step as ReceiptStep, finding }),
      });
      setProof({ running: false, steps, wrong: null, text });
      if (save) saveFile(name, text);
    } catch (error) {
      setProof({ running: false, steps, wrong: wordsOf(error) });
    }
  };
  return (
    <li>
      <div class="receipt-line">
        <span>
          <strong>{controller.name}</strong> <span class="note">{labelOf(act)}</span>
        </span>
        <span>
          {item.index === undefined ? (
            <Mark kind="running">{t("waiting")}</Mark>
          ) : (
            <a href={paths.entry(item.index)} class="entry-number" aria-label={t("Entry {n} in the log", { n: item.index })}>
              #{item.index}
            </a>
          )}
        </span>
      </div>
      {item.index !== undefined && (
        <p class="link-row">
          <button
            type="button"
            class="link-button"
            aria-label={t("Verify in this browser: {name}", { name: controller.name })}
            onClick={() => void verify(false)}
          >
            {t("Verify in this browser")}
          </button>
          <button type="button" class="link-button" aria-label={t("Save receipt: {name}", { name: controller.name })} onClick={() => void verify(true)}>
            {t("Save receipt")}
          </button>
        </p>
      )}
      <div role="status">
        {proof?.running === true && <Working words={t("Verifying")} />}
        {proof !== null && !proof.running && proof.wrong === null && (
          <Verified>
            <p>
              <Mark kind="holds">
                <strong>{t("Verified in your browser.")}</strong>
              </Mark>{" "}
              {t("{n} steps, recomputed here from what the register publishes.", { n: proof.steps.length })}
            </p>
            <details class="more">
              <summary>{t("Steps")}</summary>
              <ol class="proof-steps">
                {proof.steps.map(({ step, finding }) => (
                  <li key={step}>
                    <strong>{step}</strong>: {finding}
                  </li>
                ))}
              </ol>
            </details>
          </Verified>
        )}
      </div>
      {proof?.wrong != null && <Wrong words={proof.wrong} />}
    </li>
  );
}
