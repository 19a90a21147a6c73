/** The second step: whom her evidence names, and what each declares. */
import { useMemo, useState } from "preact/hooks";
import { countryName } from "../../../../ui/kit.tsx";
import { t, tn } from "../../../../ui/text.ts";
import type { Basis, Practice } from "../../../map/schema.ts";
import { basisName } from "../../../map/views/words.ts";
import { Go, StepView, Tick, Wrong } from "./parts.tsx";
import type { Found, Sitting } from "./state.ts";

/** Rows that are shown before she asks for all. */
const SHOWN = 60;

type Filter = "all" | "consent" | "legitimate-interest" | "unstated" | "chosen";

export function WhomStep({ sitting, onChoose, onBack, onGo }: { sitting: Sitting; onChoose: (ids: string[]) => void; onBack: () => void; onGo: () => void }) {
  const { found, unknown, chosen } = sitting;
  const [text, setText] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [all, setAll] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const picked = useMemo(() => new Set(chosen), [chosen]);
  const shown = useMemo(() => found.filter((one) => matches(one, text, filter, picked)), [found, text, filter, picked]);
  const set = (ids: readonly string[], on: boolean) => {
    const next = new Set(picked);
    for (const id of ids)
      if (on) next.add(id);
      else next.delete(id);
    setWrong(null);
    onChoose(found.map(({ organisation }) => organisation.id).filter((id) => next.has(id)));
  };
  return (
    <StepView name="whom" title={t("Whom do you mean?")} lede={ledeOf(sitting)} back={t("What do you have?")} onBack={onBack}>
      <div class="filters">
        <p class="choice">
          <label class="ds-label" for="whom-text">
            {t("Name or domain")}
          </label>
          <input class="ds-input" id="whom-text" type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </p>
        <p class="choice">
          <label class="ds-label" for="whom-filter">
            {t("Show")}
          </label>
          <select class="ds-input" id="whom-filter" value={filter} onChange={(event) => setFilter(event.currentTarget.value as Filter)}>
            <option value="all">{t("All")}</option>
            <option value="consent">{t("Those that declare consent")}</option>
            <option value="legitimate-interest">{t("Those that declare legitimate interest")}</option>
            <option value="unstated">{t("Those that declare no ground")}</option>
            <option value="chosen">{t("Those that are chosen")}</option>
          </select>
        </p>
      </div>
      <p class="counts" role="status">
        {tn(found.length, "{n} organisation", "{n} organisations")}
        {", "}
        {t("{n} chosen", { n: chosen.length })}
        {shown.length !== found.length && <>, {t("{n} shown", { n: shown.length })}</>}
      </p>
      <p class="link-row">
        <button
          type="button"
          class="link-button"
          onClick={() =>
            set(
              shown.map(({ organisation }) => organisation.id),
              true,
            )
          }
        >
          {shown.length === found.length ? t("Choose all") : t("Choose all that are shown")}
        </button>
        <button
          type="button"
          class="link-button"
          onClick={() =>
            set(
              shown.map(({ organisation }) => organisation.id),
              false,
            )
          }
        >
          {shown.length === found.length ? t("Choose none") : t("Leave out all that are shown")}
        </button>
      </p>
      <ul class="whom">
        {(all ? shown : shown.slice(0, SHOWN)).map((one) => (
          <Row key={one.organisation.id} found={one} checked={picked.has(one.organisation.id)} onChange={(on) => set([one.organisation.id], on)} />
        ))}
      </ul>
      {!all && shown.length > SHOWN && (
        <p>
          <button type="button" class="link-button" onClick={() => setAll(true)}>
            {tn(shown.length - SHOWN, "Show {n} more", "Show {n} more")}
          </button>
        </p>
      )}
      {unknown.length > 0 && (
        <details class="more">
          <summary>{tn(unknown.length, "{n} more that the map does not know", "{n} more that the map does not know")}</summary>
          <p class="note">{unknown.slice(0, 200).join(", ")}</p>
        </details>
      )}
      <Wrong words={wrong} />
      <p class="actions">
        <Go onClick={() => (chosen.length === 0 ? setWrong(t("Choose at least one organisation.")) : onGo())}>{t("Continue")}</Go>
      </p>
    </StepView>
  );
}

function Row({ found, checked, onChange }: { found: Found; checked: boolean; onChange: (on: boolean) => void }) {
  const { organisation, contacted, yes } = found;
  const { id, name, country, practices } = organisation;
  const grounds = groundsOf(practices);
  return (
    <li>
      <Tick
        id={`whom-${id}`}
        checked={checked}
        onChange={onChange}
        label={
          <>
            {name}
            {country !== null && <span class="note"> {countryName(country)}</span>}
          </>
        }
        note={
          <>
            {yes !== undefined && (
              <p>
                {tn(yes.consent.length, "Your string says yes to {n} purpose by consent", "Your string says yes to {n} purposes by consent")}
                {yes.legitimateInterest.length > 0 &&
                  tn(
                    yes.legitimateInterest.length,
                    ", and does not object to {n} on legitimate interest",
                    ", and does not object to {n} on legitimate interest",
                  )}
                {"."}
              </p>
            )}
            {contacted !== undefined && (
              <p>
                {t("Contacted: {domains}.", { domains: contacted.domains.join(", ") })}{" "}
                {contacted.requests !== undefined && contacted.requests > 0 && tn(contacted.requests, "{n} request.", "{n} requests.")}
              </p>
            )}
            {grounds.length === 0 ? (
              <p>{t("Declares nothing that the map has: all acts are offered in the alternative.")}</p>
            ) : (
              grounds.map(([basis, purposes]) => (
                <p key={basis}>{t("Declares, {ground}: {purposes}.", { ground: basisName(basis).toLowerCase(), purposes: purposes.join("; ") })}</p>
              ))
            )}
          </>
        }
      />
    </li>
  );
}

function ledeOf({ kind, site }: Sitting): string {
  switch (kind) {
    case "har":
      return t("Your recording of {site} shows that these were contacted. Beside each stands what it declares.", { site: site ?? "" });
    case "site":
      return t("Our browser saw these contacted on {site}. Yours may have contacted others.", { site: site ?? "" });
    case "pick":
      return t("You picked these. Beside each stands what it declares.");
    default:
      return t("The string says yes to these. Beside each stands what it declares; it may do only what it declares.");
  }
}

function groundsOf(practices: readonly Pick<Practice, "basis" | "element" | "term">[]): [Basis, string[]][] {
  const grounds = new Map<Basis, string[]>();
  for (const { basis, element, term } of practices) if (element === "purpose") grounds.set(basis, [...(grounds.get(basis) ?? []), term.name]);
  return [...grounds];
}

function matches({ organisation }: Found, text: string, filter: Filter, picked: ReadonlySet<string>): boolean {
  const sought = text.trim().toLowerCase();
  const named = sought === "" || [organisation.name, ...organisation.domains].some((one) => one.toLowerCase().includes(sought));
  if (!named || filter === "all") return named;
  if (filter === "chosen") return picked.has(organisation.id);
  if (filter === "unstated") return organisation.practices.every(({ basis }) => basis === "unstated");
  return organisation.practices.some(({ basis }) => basis === filter);
}
