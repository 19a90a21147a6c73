/** One decision of "My decisions": its state, what is due, and ending it. */
import { changeItem } from "@freehold/person/book";
import { findCompany } from "@freehold/person/company";
import { secretOf } from "@freehold/person/receipts";
import { decisionRows } from "@freehold/person/rows";
import type { DecisionRow, Item } from "@freehold/person/schema";
import { markWithdrawn, withdraw } from "@freehold/person/withdraw";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeClaim } from "@freehold/protocol/publication";
import { classOf } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { useEffect, useRef, useState } from "preact/hooks";
import { Day, Mark, More } from "../../../ui/kit.tsx";
import type { MarkKind } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import { changeKept, sourceOf } from "./decide-flow.ts";
import { TroubleBox, browserFetch, clock, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { acknowledgedName, actSentence, deliveryName, dueName, idWords, purposesWords, stateName } from "./decision-words.ts";
import type { Kept } from "./keep.ts";
import { KeyField, openKey, wayNote, wayOf } from "./open-key.tsx";

const MARKS: { readonly [S in DecisionRow["state"]]: MarkKind } = {
  granted: "holds",
  refused: "current",
  objected: "current",
  "opted-out": "current",
  requested: "current",
  withdrawn: "ended",
  expired: "ended",
  pending: "running",
};

export function Row({ row, kept, changed }: { row: DecisionRow; kept: Kept; changed: (kept: Kept, said: string) => void }) {
  const { item, controller, act, processes, state, since, until, acknowledged, due } = row;
  const [asking, setAsking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const short = item.id.slice(0, 16);
  const isGrant = classOf(act) === "grant";
  const canEnd = state !== "withdrawn" && state !== "expired" && state !== "pending";
  const sent = item.deliveries?.at(-1);
  const about = `${controller.name}, ${actSentence(act)}`;
  return (
    <li class="decision">
      <div class="decision-head">
        <h3>{controller.name}</h3>
        <Mark kind={MARKS[state]}>{stateName(state)}</Mark>
      </div>
      <p class="note">
        {idWords(controller.id)}
        {item.demonstration === true && <> · {t("demonstration key")}</>}
      </p>
      <p>
        {actSentence(act)}: {purposesWords(processes)}
      </p>
      <dl class="decision-facts">
        <div>
          <dt>{t("Since")}</dt>
          <dd>
            <Day on={since.slice(0, 10)} />
          </dd>
        </div>
        <div>
          <dt>{t("Until")}</dt>
          <dd>{until === null ? t("no end") : <Day on={until.slice(0, 10)} />}</dd>
        </div>
        <div>
          <dt>{t("Acknowledged")}</dt>
          <dd>
            {acknowledgedName(acknowledged)}
            {sent !== undefined && (
              <span class="cell-note">
                {sent.error === undefined ? t("sent {how}", { how: deliveryName(sent.by) }) : t("not delivered: {why}", { why: sent.error })}
              </span>
            )}
          </dd>
        </div>
        {due.map(({ on, what, overdue }) => (
          <div key={what}>
            <dt>{overdue ? <Mark kind="note">{t("Overdue")}</Mark> : t("Due")}</dt>
            <dd>
              {dueName(what)}, <Day on={on} />
            </dd>
          </div>
        ))}
      </dl>
      <div class="row">
        {canEnd && !asking && (
          <button class="ds-button" data-variant="secondary" type="button" ref={opener} onClick={() => setAsking(true)}>
            {isGrant ? t("Withdraw") : t("Take back")}
            <span class="ds-sr-only">: {about}</span>
          </button>
        )}
        {state !== "pending" && (
          <a href={`/me/receipts#${short}`}>
            {t("Receipt")}
            <span class="ds-sr-only">: {about}</span>
          </a>
        )}
        {!isGrant && state !== "pending" && state !== "withdrawn" && (
          <a href={`/me/letters#${short}`}>
            {t("Letter")}
            <span class="ds-sr-only">: {about}</span>
          </a>
        )}
        {isGrant && (state === "expired" || due.some(({ what }) => what === "renewal")) && controller.id.startsWith("http") && (
          <a href={controller.id} rel="noreferrer">
            {t("Renew: ask {name} for a new question", { name: controller.name })}
          </a>
        )}
      </div>
      {asking && (
        <Confirm
          item={item}
          name={controller.name}
          isGrant={isGrant}
          kept={kept}
          close={() => {
            setAsking(false);
            requestAnimationFrame(() => opener.current?.focus());
          }}
          done={(next) => {
            setAsking(false);
            changed(next, t("{what} has ended: it is in the log, verified in this browser.", { what: about }));
          }}
        />
      )}
      <Reminder item={item} changed={(next) => changed(next, t("Your reminder is kept."))} />
    </li>
  );
}

/** The same two steps as granting: the press, and the confirmation. */
function Confirm({
  item,
  name,
  isGrant,
  kept,
  close,
  done,
}: {
  item: Item;
  name: string;
  isGrant: boolean;
  kept: Kept;
  close: () => void;
  done: (kept: Kept) => void;
}) {
  const [typed, setTyped] = useState("");
  const [state, setState] = useState<"idle" | "busy" | Trouble>("idle");
  const first = useRef<HTMLButtonElement>(null);
  const way = wayOf(kept.keys);
  useEffect(() => first.current?.focus(), []);
  const end = async () => {
    if (state === "busy") return;
    setState("busy");
    try {
      done(await endItem(item, kept, await openKey(kept, typed)));
    } catch (error) {
      setState(troubleOf(error, t("It has not ended.")));
    }
  };
  const id = `end-${item.id.slice(0, 8)}`;
  return (
    <form
      class="confirm"
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        void end();
      }}
    >
      <p id={id}>
        {isGrant
          ? t("From now on {name} may no longer do this. It cannot be undone; you can allow it anew.", { name })
          : t("You take back what you said to {name}. It cannot be undone; you can say it anew.", { name })}{" "}
        <span class="note">{wayNote(way)}</span>
      </p>
      <KeyField way={way} id={`${id}-key`} value={typed} onInput={setTyped} />
      {typeof state === "object" && (
        <div role="alert" class="alert">
          <TroubleBox trouble={state} />
          <p>
            <a href="/withdraw">{t("With its withdrawal code it can also be ended at the company or on the chain.")}</a>
          </p>
        </div>
      )}
      <div class="row">
        <button class="ds-button" data-variant="secondary" type="submit" ref={first} aria-disabled={state === "busy"}>
          {t("End it")}
        </button>
        <button class="ds-button" data-variant="secondary" type="button" onClick={close}>
          {t("Keep it")}
        </button>
        <span role="status">{state === "busy" && <Mark kind="running">{t("Telling the register and the company")}</Mark>}</span>
      </div>
    </form>
  );
}

async function endItem(item: Item, kept: Kept, seed: Uint8Array): Promise<Kept> {
  const secret = secretOf(item, seed);
  const { url, policy } = sourceOf(kept.book);
  const company = await withdrawAddressOf(item, kept);
  const outcomes = await withdraw({ secret, fetch: browserFetch, register: { url, policy }, ...(company !== undefined && { company }) });
  if (!outcomes.some(({ done }) => done)) {
    const [first] = outcomes.filter((one) => !one.done);
    throw new FreeholdError("unavailable", first === undefined ? t("Nobody answered.") : first.why);
  }
  return (await changeKept((book) => markWithdrawn(book, secret, outcomes, formatInstant(Math.floor(clock()))), seed))!;
}

/** Only a company that has the record is told: another would learn that there is one. */
async function withdrawAddressOf(item: Item, { book, log }: Kept): Promise<string | undefined> {
  const claim = item.claims?.at(-1);
  if (claim !== undefined) return decodeClaim(claim.document).claim.body.withdraw;
  if (log === undefined || !item.deliveries?.some(({ error }) => error === undefined)) return undefined;
  const row = decisionRows({ items: book.items.filter(({ id }) => id === item.id) }, clock())[0];
  if (row === undefined || row.controller.id.startsWith("urn:")) return undefined;
  try {
    return (await findCompany({ controller: row.controller.id, log, fetch: browserFetch })).claim.body.withdraw;
  } catch {
    return undefined; // the register is enough
  }
}

function Reminder({ item, changed }: { item: Item; changed: (kept: Kept) => void }) {
  const [day, setDay] = useState(item.reminder?.slice(0, 10) ?? "");
  const id = `remind-${item.id.slice(0, 8)}`;
  const keep = async () => {
    const next = await changeKept((book) =>
      changeItem(book, item.id, (one) => {
        const { reminder: before, ...rest } = one;
        return day === "" ? (before === undefined ? one : rest) : { ...rest, reminder: `${day}T09:00:00Z` };
      }),
    );
    if (next !== undefined) changed(next);
  };
  return (
    <More summary={item.reminder === undefined ? t("Remind me") : t("Reminder on {day}", { day: item.reminder.slice(0, 10) })}>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <label class="ds-label" for={id}>
          {t("On this day, when I open this page")}
        </label>
        <input class="ds-input" id={id} type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
        <button class="ds-button" data-variant="secondary" type="submit">
          {t("Keep the reminder")}
        </button>
      </form>
    </More>
  );
}
