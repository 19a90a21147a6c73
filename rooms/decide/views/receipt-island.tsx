/** The islands of /receipt and /me/receipts. */
import { makeReceipt } from "@freehold/person/receipts";
import { readReceiptLink } from "@freehold/person/receipt-link";
import type { Item } from "@freehold/person/schema";
import { takeSnapshot } from "@freehold/person/snapshot";
import { FreeholdError } from "@freehold/protocol/errors";
import { MAX_RECEIPT } from "@freehold/protocol/receipt";
import { decodeRecord } from "@freehold/protocol/record";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Mark, More } from "../../../ui/kit.tsx";
import { t, tx } from "../../../ui/text.ts";
import { StepHeading, TroubleBox, clock, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { actSentence, idWords } from "./decision-words.ts";
import { refreshKept, sourceOf } from "./decide-flow.ts";
import { readKept } from "./keep.ts";
import type { Kept } from "./keep.ts";
import { KeyField, openKey, wayNote, wayOf } from "./open-key.tsx";
import { ReceiptView, policyToUse } from "./receipt-view.tsx";
import type { Policed } from "./receipt-view.tsx";

function Receipt() {
  const [typed, setTyped] = useState("");
  const [policy, setPolicy] = useState("");
  const [shown, setShown] = useState<{ text: string; policed: Policed } | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [over, setOver] = useState(false);

  const show = async (text: string) => {
    setTrouble(null);
    setShown(null);
    try {
      const plain = text.trim();
      const receipt = plain.startsWith("{") ? plain : readReceiptLink(plain);
      const kept = await readKept().catch(() => undefined);
      setShown({ text: receipt, policed: await policyToUse(policy, kept?.book.register.policy ?? null) });
    } catch (error) {
      setTrouble(troubleOf(error, t("This is no receipt that can be read.")));
    }
  };
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MAX_RECEIPT) return setTrouble({ title: t("This is no receipt that can be read."), detail: t("A receipt has at most 262,144 bytes.") });
    const text = await file.text();
    setTyped(text.trim());
    await show(text);
  };
  useEffect(() => {
    const follow = () => {
      if (!location.hash.includes("receipt=")) return;
      void show(location.hash);
    };
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  return (
    <>
      <form
        class={over ? "asking dropping" : "asking"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void read(event.dataTransfer?.files[0]);
        }}
        onSubmit={(event) => {
          event.preventDefault();
          void show(typed);
        }}
      >
        <label class="ds-label" for="receipt-file">
          {t("Choose the file, or drop it here")}
        </label>
        <input class="ds-input" id="receipt-file" type="file" accept=".json,application/json" onChange={(event) => void read(event.currentTarget.files?.[0])} />
        <label class="ds-label" for="receipt-text">
          {t("Or paste the receipt, or its link")}
        </label>
        <textarea
          class="ds-input"
          id="receipt-text"
          rows={3}
          spellcheck={false}
          autocomplete="off"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <More summary={t("With a policy of your own")}>
          <label class="ds-label" for="receipt-policy">
            {t("Your trust policy, or a C2SP tlog-policy")}
          </label>
          <textarea
            class="ds-input"
            id="receipt-policy"
            rows={5}
            spellcheck={false}
            autocomplete="off"
            value={policy}
            onInput={(event) => setPolicy(event.currentTarget.value)}
          />
        </More>
        <div class="row">
          <button class="ds-button" type="submit">
            {t("Verify in this browser")}
          </button>
        </div>
      </form>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {shown !== null && <ReceiptView {...shown} />}
    </>
  );
}

function MyReceipts() {
  const [kept, setKept] = useState<Kept | null | undefined>(undefined);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [chosen, setChosen] = useState(location.hash.slice(1));
  useEffect(() => {
    const load = async () => {
      setKept((await readKept()) ?? null);
      const newer = await refreshKept();
      if (newer !== undefined) setKept(newer);
    };
    load().catch((error: unknown) => setTrouble(troubleOf(error, t("What this browser keeps could not be brought up to date."))));
    const follow = () => setChosen(location.hash.slice(1));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  if (kept === undefined) return <Mark kind="running">{t("Reading what this browser keeps")}</Mark>;
  if (kept === null)
    return (
      <p>
        {tx("This browser keeps no decisions. {begin}, or check a receipt that you have {here}.", {
          begin: <a href="/me">{t("Begin")}</a>,
          here: <a href="/receipt">{t("on this page")}</a>,
        })}
      </p>
    );
  const item = kept.book.items.find(({ id }) => id.slice(0, 16) === chosen || id === chosen);
  return (
    <>
      {trouble !== null && <TroubleBox trouble={trouble} />}
      {item === undefined ? <ReceiptList kept={kept} /> : <MyReceipt key={item.id} kept={kept} item={item} />}
    </>
  );
}

function ReceiptList({ kept: { book } }: { kept: Kept }) {
  if (book.items.length === 0) return <p>{t("There is none yet.")}</p>;
  return (
    <ul class="links">
      {book.items.toReversed().map(({ id, jws, index, signed, withdrawn, demonstration }) => {
        const { record } = decodeRecord(jws);
        return (
          <li key={id}>
            {index === undefined ? record.controller.name : <a href={`#${id.slice(0, 16)}`}>{record.controller.name}</a>}
            <span>
              {actSentence(record.act)}, {signed.slice(0, 10)}
              {withdrawn !== undefined && <>, {t("withdrawn")}</>}
              {index === undefined && <>, {t("not in the log yet")}</>}
              {demonstration === true && <>, {t("demonstration")}</>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function MyReceipt({ kept, item }: { kept: Kept; item: Item }) {
  const [text, setText] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [typed, setTyped] = useState("");
  const [policed] = useState<Policed>({ policy: kept.book.register.policy, from: "kept" });
  const { record } = decodeRecord(item.jws);
  const way = wayOf(kept.keys);
  const make = async (withCode: boolean) => {
    setTrouble(null);
    try {
      const source = sourceOf(kept.book);
      const seed = withCode ? await openKey(kept, typed) : undefined;
      const made = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy: source.policy, now: clock(), ...(seed && { seed }) });
      setText(made.text);
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      setTrouble(troubleOf(error, t("The receipt could not be made.")));
    }
  };
  useEffect(() => void make(false), []);
  return (
    <>
      <p>
        <a href="#">{t("All receipts")}</a>
      </p>
      <StepHeading step={item.id}>{`${record.controller.name}: ${actSentence(record.act)}`}</StepHeading>
      <p class="note">{idWords(record.controller.id)}</p>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {text !== null && <ReceiptView text={text} policed={policed} own />}
      {text !== null && !text.includes('"code":') && (
        <form
          class="asking"
          onSubmit={(event) => {
            event.preventDefault();
            void make(true);
          }}
        >
          <h3 class="receipt-part">{t("My own copy, with the withdrawal code")}</h3>
          <p class="note">{t("With the code anyone can end this decision, also without your key. {way}", { way: wayNote(way) })}</p>
          <KeyField way={way} id="receipt-key" value={typed} onInput={setTyped} />
          <div class="row">
            <button class="ds-button" data-variant="secondary" type="submit">
              {t("Add the withdrawal code")}
            </button>
          </div>
        </form>
      )}
    </>
  );
}

for (const place of document.querySelectorAll<HTMLElement>("[data-receipt]")) render(<Receipt />, place);
for (const place of document.querySelectorAll<HTMLElement>("[data-receipts]")) render(<MyReceipts />, place);
