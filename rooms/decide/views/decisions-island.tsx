/** The island of /me/decisions. */
import { changedDecisions } from "@freehold/person/changes";
import type { DeclarationChange } from "@freehold/person/changes";
import { decisionRows } from "@freehold/person/rows";
import type { DecisionRow, Item } from "@freehold/person/schema";
import { submit } from "@freehold/person/submit";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import { dayOf } from "@freehold/person/calendar";
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Caution, Mark } from "../../../ui/kit.tsx";
import { formatTime } from "../../../ui/format.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import { refreshKept, sourceOf } from "./decide-flow.ts";
import { TroubleBox, clock, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { filterRows, noFilter, termsIn } from "./decision-filter.ts";
import type { Filter } from "./decision-filter.ts";
import { acknowledgedName, decisionStates, stateName, termWords } from "./decision-words.ts";
import { Instructions } from "./instructions.tsx";
import { exclusively, onChanged, readKept, writeKept } from "./keep.ts";
import type { Kept } from "./keep.ts";
import { seenOf } from "./sitting/choices.ts";
import { openOrganisations } from "./sitting/shards.ts";
import { Row } from "./decision-row.tsx";

/** Rows that are drawn at once. */
const DRAWN = 50;

function Decisions() {
  const [kept, setKept] = useState<Kept | null | undefined>(undefined);
  const [fresh, setFresh] = useState<"reading" | "read" | Trouble>("reading");
  const [changes, setChanges] = useState<readonly { item: Item; change: DeclarationChange }[]>([]);
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [drawn, setDrawn] = useState(DRAWN);
  const [said, setSaid] = useState("");
  const now = clock();
  const today = dayOf(formatInstant(Math.floor(now)));

  useEffect(() => {
    const read = async () => setKept((await readKept()) ?? null);
    const load = async () => {
      await read();
      const newer = await refreshKept();
      if (newer === undefined) return;
      setKept(newer);
      setFresh("read");
      setChanges(await changesOf(newer).catch(() => []));
    };
    load().catch((error: unknown) => setFresh(troubleOf(error, t("What the register says now could not be read. What stands below is from before."))));
    return onChanged(() => void read());
  }, []);

  const rows = useMemo(() => (kept ? decisionRows(kept.book, now) : []), [kept]);
  if (kept === undefined) return <Mark kind="running">{t("Reading what this browser keeps")}</Mark>;
  if (kept === null || kept.book.items.length === 0)
    return (
      <p>
        {tx("This browser keeps no decisions. {begin}, bring what you have from another device at {keys}, or end a decision {code}.", {
          begin: <a href="/me">{t("Begin")}</a>,
          keys: <a href="/me/keys">{t("my keys")}</a>,
          code: <a href="/withdraw">{t("with its withdrawal code")}</a>,
        })}
      </p>
    );
  const shown = filterRows(rows, filter, today);
  const waiting = kept.book.items.filter(({ index }) => index === undefined).length;
  const missing = kept.book.foreign.filter(({ accepted, erased }) => accepted !== true && erased !== true).length;
  const dueNow = rows.flatMap(({ due }) => due.filter(({ on }) => on <= today)).length;

  return (
    <>
      <div role="status" class="note">
        {fresh === "reading" && <Mark kind="running">{t("Reading what the register says now")}</Mark>}
        {fresh === "read" &&
          t("Up to date with the log of {time}; its root was recomputed here.", {
            time: kept.log?.witnessedTime ? formatTime(kept.log.witnessedTime) : t("an unknown time"),
          })}
        {said !== "" && <p>{said}</p>}
      </div>
      {typeof fresh === "object" && <TroubleBox trouble={fresh} />}
      {waiting > 0 && <Waiting count={waiting} done={setKept} />}
      {missing > 0 && (
        <Caution>
          <p>
            {tn(
              missing,
              "{n} entry of yours in the log was made on another device, and its content is not here.",
              "{n} entries of yours in the log were made on another device, and their content is not here.",
            )}{" "}
            <a href="/me/keys">{t("Fetch your copies")}</a>
          </p>
        </Caution>
      )}
      {dueNow > 0 && !filter.due && (
        <Caution>
          <p>
            {tn(dueNow, "{n} thing is due.", "{n} things are due.")}{" "}
            <button class="linklike" type="button" onClick={() => setFilter({ ...noFilter, due: true })}>
              {t("Show what is due")}
            </button>
          </p>
        </Caution>
      )}
      {changes.length > 0 && <Changes changes={changes} />}
      <Filters filter={filter} setFilter={setFilter} rows={rows} />
      <p role="status" class="note">
        {tn(shown.length, "{n} decision of {all}", "{n} decisions of {all}", { all: rows.length })}
      </p>
      <h2 class="ds-sr-only">{t("Decisions")}</h2>
      <ul class="decisions" aria-label={t("Decisions")}>
        {shown.slice(0, drawn).map((row) => (
          <Row
            key={row.item.id}
            row={row}
            kept={kept}
            changed={(next, words) => {
              setKept(next);
              setSaid(words);
            }}
          />
        ))}
      </ul>
      {shown.length > drawn && (
        <button class="ds-button" data-variant="secondary" type="button" onClick={() => setDrawn(drawn + DRAWN)}>
          {tn(shown.length - drawn, "Show {n} more", "Show {n} more")}
        </button>
      )}
      <Instructions kept={kept} changed={setKept} />
    </>
  );
}

/** What has changed in the declarations since she decided: from whole parts of the map, so that the register does not learn which she looks at. */
async function changesOf({ book }: Kept): Promise<{ item: Item; change: DeclarationChange }[]> {
  const ids = [...new Set(book.items.flatMap(({ seen }) => (seen === undefined ? [] : [seen.organisation])))];
  if (ids.length === 0) return [];
  const organisations = await openOrganisations().byId(ids);
  const current = new Map(organisations.map((organisation) => [organisation.id, seenOf({ organisation }, "")]));
  return changedDecisions(book, (id) => current.get(id));
}

function Changes({ changes }: { changes: readonly { item: Item; change: DeclarationChange }[] }) {
  // One alert for each organisation: several decisions may rest on the same declaration.
  const each = [...new Map(changes.map((one) => [one.item.seen!.organisation, one])).values()];
  return (
    <Caution>
      <p>
        <strong>
          {tn(
            each.length,
            "{n} organisation declares something else than when you decided.",
            "{n} organisations declare something else than when you decided.",
          )}
        </strong>
      </p>
      <ul>
        {each.map(({ item, change: { since, added, gone, restsOnOthers } }) => (
          <li key={item.id}>
            <a href={`/companies/${encodeURIComponent(item.seen!.organisation)}`}>{item.seen!.organisation}</a>, {t("since {day}", { day: since.slice(0, 10) })}
            : {added.length === 0 && gone.length === 0 && restsOnOthers && t("it says the same in another version.")}
            {added.length > 0 && <ins>{t("new: {lines}", { lines: added.join("; ") })}</ins>}
            {added.length > 0 && gone.length > 0 && " "}
            {gone.length > 0 && <del>{t("gone: {lines}", { lines: gone.join("; ") })}</del>}
          </li>
        ))}
      </ul>
      <p class="note">{t("Your decisions stand as you signed them. If the new declaration goes beyond them, decide anew.")}</p>
    </Caution>
  );
}

function Waiting({ count, done }: { count: number; done: (kept: Kept) => void }) {
  const [state, setState] = useState<"idle" | "busy" | Trouble>("idle");
  const send = async () => {
    if (state === "busy") return;
    setState("busy");
    try {
      await exclusively(async () => {
        const kept = await readKept();
        if (kept?.log === undefined) throw new FreeholdError("unavailable", t("The log has not been read yet."));
        const next = await submit({ ...sourceOf(kept.book), book: kept.book, log: kept.log, now: clock, keep: (book, log) => writeKept({ book, log }) });
        await writeKept(next);
        done({ ...kept, ...next });
      });
      setState("idle");
    } catch (error) {
      setState(troubleOf(error, t("They could not be published now. They are kept here.")));
    }
  };
  return (
    <Caution>
      <p>{tn(count, "{n} decision is signed and not in the log yet.", "{n} decisions are signed and not in the log yet.")}</p>
      {typeof state === "object" && <TroubleBox trouble={state} />}
      <button class="ds-button" data-variant="secondary" type="button" aria-disabled={state === "busy"} onClick={() => void send()}>
        {t("Send again")}
      </button>
    </Caution>
  );
}

function Filters({ filter, setFilter, rows }: { filter: Filter; setFilter: (filter: Filter) => void; rows: readonly DecisionRow[] }) {
  const set = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  const choices: readonly { key: "purpose" | "data" | "state" | "acknowledged"; label: string; options: readonly (readonly [string, string])[] }[] = [
    { key: "purpose", label: t("Purpose"), options: termsIn(rows, "purposes").map((term) => [term, termWords(term)]) },
    { key: "data", label: t("Category of data"), options: termsIn(rows, "data").map((term) => [term, termWords(term)]) },
    { key: "state", label: t("State"), options: decisionStates.map((state) => [state, stateName(state)]) },
    { key: "acknowledged", label: t("Acknowledged"), options: (["proven", "asserted", "no"] as const).map((one) => [one, acknowledgedName(one)]) },
  ];
  return (
    <form class="decision-filters" aria-label={t("Filter")} onSubmit={(event) => event.preventDefault()}>
      <p class="choice">
        <label class="ds-label" for="f-organisation">
          {t("Organisation")}
        </label>
        <input
          class="ds-input"
          id="f-organisation"
          type="search"
          value={filter.organisation}
          onInput={(event) => set({ organisation: event.currentTarget.value })}
        />
      </p>
      {choices.map(({ key, label, options }) => (
        <p class="choice" key={key}>
          <label class="ds-label" for={`f-${key}`}>
            {label}
          </label>
          <select class="ds-input" id={`f-${key}`} value={filter[key]} onChange={(event) => set({ [key]: event.currentTarget.value })}>
            <option value="">{t("All")}</option>
            {options.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </p>
      ))}
      {(["since", "until"] as const).map((key) => (
        <p class="choice" key={key}>
          <label class="ds-label" for={`f-${key}`}>
            {key === "since" ? t("Decided since") : t("Valid until at least")}
          </label>
          <input class="ds-input" id={`f-${key}`} type="date" value={filter[key]} onInput={(event) => set({ [key]: event.currentTarget.value })} />
        </p>
      ))}
      <p class="choice tick">
        <label>
          <input type="checkbox" checked={filter.due} onChange={(event) => set({ due: event.currentTarget.checked })} /> {t("Only what is due")}
        </label>
      </p>
    </form>
  );
}

for (const place of document.querySelectorAll<HTMLElement>("[data-decisions]")) render(<Decisions />, place);
