/** The island of /me/letters: the list of cases, and one of them. */
import type { Item } from "@freehold/person/schema";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Day, Mark } from "../../../ui/kit.tsx";
import { countryName } from "../../../ui/kit.tsx";
import { t, tx } from "../../../ui/text.ts";
import type { ShardOrganisation } from "../schema.ts";
import { refreshKept } from "./decide-flow.ts";
import { StepHeading, TroubleBox, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { actSentence, idWords } from "./decision-words.ts";
import { readHome, readKept, writeKept } from "./keep.ts";
import type { Home, Kept } from "./keep.ts";
import { actOf, casesOf } from "./letter-case.ts";
import type { LetterCase } from "./letter-case.ts";
import { Compose } from "./letter-compose.tsx";
import { FollowUp } from "./letter-follow.tsx";
import { COUNTRIES, STATES } from "./sitting/countries.ts";
import { openOrganisations } from "./sitting/shards.ts";

function Letters() {
  const [kept, setKept] = useState<Kept | null | undefined>(undefined);
  const [home, setHome] = useState<Home | undefined>(undefined);
  const [chosen, setChosen] = useState(location.hash.slice(1));
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    const load = async () => {
      setHome(await readHome());
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
  const cases = kept === null ? [] : casesOf(kept.book);
  if (kept === null || cases.length === 0)
    return <p>{tx("There is no decision here that a letter could carry. {begin}", { begin: <a href="/me">{t("Begin")}</a> })}</p>;
  if (home === undefined) return <Residence done={setHome} />;
  const found = cases.find(({ items }) => items.some(({ id }) => chosen !== "" && id.startsWith(chosen)));
  return (
    <>
      {trouble !== null && <TroubleBox trouble={trouble} />}
      {found === undefined ? <List cases={cases} /> : <One key={found.controller.id} of={found} kept={kept} home={home} changed={setKept} />}
    </>
  );
}

/** Which law she can call upon. Kept in this browser only. */
function Residence({ done }: { done: (home: Home) => void }) {
  const [country, setCountry] = useState("");
  const [state, setState] = useState("");
  const choices = [...COUNTRIES].map((code) => [code, countryName(code)] as const).sort((a, b) => (a[1] < b[1] ? -1 : 1));
  return (
    <form
      class="asking"
      onSubmit={(event) => {
        event.preventDefault();
        const home: Home = { country, ...(country === "US" && state !== "" && { state }) };
        void writeKept({ home }).then(() => done(home));
      }}
    >
      <label class="ds-label" for="home-country">
        {t("Where do you live? It decides which law your letters can name, and stays in this browser.")}
      </label>
      <select class="ds-input" id="home-country" required value={country} onChange={(event) => setCountry(event.currentTarget.value)}>
        <option value="">{t("Choose a country")}</option>
        {choices.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      {country === "US" && (
        <>
          <label class="ds-label" for="home-state">
            {t("State")}
          </label>
          <select class="ds-input" id="home-state" value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">{t("Choose a state")}</option>
            {STATES.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </>
      )}
      <div class="row">
        <button class="ds-button" type="submit">
          {t("Continue")}
        </button>
      </div>
    </form>
  );
}

function List({ cases }: { cases: readonly LetterCase[] }) {
  return (
    <ul class="links">
      {cases.map(({ controller, items }) => {
        const sent = items.find(({ letter }) => letter?.sent !== undefined)?.letter;
        return (
          <li key={controller.id}>
            <a href={`#${items[0]!.id.slice(0, 16)}`}>{controller.name}</a>
            <span>
              {items.map((item) => actSentence(actOf(item))).join(", ")};{" "}
              {sent === undefined ? (
                t("no letter sent")
              ) : sent.answered !== undefined ? (
                t("answered")
              ) : (
                <>{tx("sent {day}", { day: <Day on={sent.sent!.slice(0, 10)} /> })}</>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function One({ of, kept, home, changed }: { of: LetterCase; kept: Kept; home: Home; changed: (kept: Kept) => void }) {
  const [organisation, setOrganisation] = useState<ShardOrganisation | null | undefined>(undefined);
  useEffect(() => {
    const id = of.items.find(({ seen }) => seen !== undefined)?.seen?.organisation;
    const find = async () => {
      const organisations = openOrganisations();
      const known = id ?? (await organisations.ofHost(idWords(of.controller.id).replace(/:\d+$/, "")))?.organisations[0];
      return known === undefined ? undefined : (await organisations.byId([known]))[0];
    };
    find().then(
      (found) => setOrganisation(found ?? null),
      () => setOrganisation(null),
    );
  }, [of.controller.id]);
  const sent = of.items.find(({ letter }: Item) => letter?.sent !== undefined);
  return (
    <>
      <p>
        <a href="#">{t("All letters")}</a>
      </p>
      <StepHeading step={of.controller.id}>{of.controller.name}</StepHeading>
      <p class="note">{idWords(of.controller.id)}</p>
      {organisation === undefined ? (
        <Mark kind="running">{t("Looking for its addresses in the map")}</Mark>
      ) : sent === undefined ? (
        <Compose of={of} organisation={organisation ?? undefined} kept={kept} home={home} changed={changed} />
      ) : (
        <FollowUp of={of} item={sent} organisation={organisation ?? undefined} kept={kept} home={home} changed={changed} />
      )}
    </>
  );
}

for (const place of document.querySelectorAll<HTMLElement>("[data-letters]")) render(<Letters />, place);
