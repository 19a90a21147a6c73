/** The third step: what she says, named by the ground that each declares. */
import { useMemo, useState } from "preact/hooks";
import { countryName } from "../../../../ui/kit.tsx";
import { currentLanguage, t, tn } from "../../../../ui/text.ts";
import type { ActId, OfferedAct } from "@freehold/person/acts";
import type { Home } from "../keep.ts";
import { MAX_WORDS, chosenActs, draftsOf, firstSteps, offeredTo } from "./choices.ts";
import { COUNTRIES, STATES } from "./countries.ts";
import { Go, StepView, Tick, Wrong } from "./parts.tsx";
import type { Sitting } from "./state.ts";

export function ActsStep({
  sitting,
  home,
  onHome,
  onChange,
  onBack,
  onGo,
}: {
  sitting: Sitting;
  home: Home | undefined;
  onHome: (home: Home) => void;
  onChange: (change: Pick<Partial<Sitting>, "acts" | "words">) => void;
  onBack: () => void;
  onGo: () => void;
}) {
  const [wrong, setWrong] = useState<string | null>(null);
  const offered = useMemo(() => (home === undefined ? [] : offeredTo(sitting, home)), [home, sitting.chosen, sitting.found]);
  const chosen = useMemo(() => (home === undefined ? [] : chosenActs(sitting, home)), [offered, sitting.acts]);
  const isChosen = (id: ActId) => chosen.includes(id);
  const needsWords = offered.some(({ act }) => act.words === "needed" && isChosen(act.id));
  const takesWords = needsWords || offered.some(({ act }) => act.words === "possible" && isChosen(act.id));
  const countries = useMemo(() => COUNTRIES.map((code) => [code, countryName(code)] as const).sort((a, b) => a[1].localeCompare(b[1])), []);
  const set = (id: ActId, on: boolean) => {
    setWrong(null);
    onChange({ acts: on ? [...chosen, id] : chosen.filter((one) => one !== id) });
  };
  const go = () => {
    if (home === undefined) return setWrong(t("Say where you live: the law that you can call upon depends on it."));
    if (needsWords && sitting.words.trim() === "") return setWrong(t("Add a sentence of your own, or leave out what needs one."));
    if (draftsOf(sitting, home).length === 0) return setWrong(t("Choose at least one thing to say."));
    onGo();
  };
  return (
    <StepView
      name="acts"
      title={t("What do you say?")}
      lede={t("Each thing goes to those of whom it can be said, by the ground that they declare. It is information, not legal advice.")}
      back={t("Whom do you mean?")}
      onBack={onBack}
    >
      <div class="filters">
        <p class="choice">
          <label class="ds-label" for="country">
            {t("Where do you live?")}
          </label>
          <select
            class="ds-input"
            id="country"
            value={home?.country ?? ""}
            onChange={(event) => onHome({ country: event.currentTarget.value })}
            aria-describedby="country-note"
          >
            <option value="" disabled>
              {t("Choose a country")}
            </option>
            {countries.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </p>
        {home?.country === "US" && (
          <p class="choice">
            <label class="ds-label" for="state">
              {t("State")}
            </label>
            <select
              class="ds-input"
              id="state"
              value={home.state ?? ""}
              onChange={(event) => onHome({ country: "US", ...(event.currentTarget.value !== "" && { state: event.currentTarget.value }) })}
            >
              <option value="">{t("Another, or rather not")}</option>
              {STATES.map(([code, name]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          </p>
        )}
      </div>
      <p class="note" id="country-note">
        {t("Kept in this browser, sent nowhere.")}
      </p>
      {home !== undefined && firstSteps(home).length > 0 && (
        <div class="panel">
          <p>
            <strong>{t("First, what reaches more and sooner:")}</strong>
          </p>
          <ul>
            {firstSteps(home).map(({ id, heading, url }) => (
              <li key={id}>
                <a href={url} rel="noreferrer">
                  {heading[currentLanguage()]}
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
      {home !== undefined && (
        <fieldset class="asked">
          <legend>{t("What to say")}</legend>
          {offered.map(({ act, to }) => (
            <Tick
              key={act.id}
              id={`act-${act.id}`}
              checked={isChosen(act.id)}
              onChange={(on) => set(act.id, on)}
              label={act.heading[currentLanguage()]}
              note={
                <>
                  {tn(to.length, "To {n} organisation.", "To {n} organisations.")}{" "}
                  {to.length <= 3 && `${to.map(({ organisation }) => organisation.name).join(", ")}. `}
                  {act.alternative && t("In the alternative: they do not say on which ground they do it, or it is not known whether you had consented. ")}
                  {noteOf(act)}
                </>
              }
            />
          ))}
        </fieldset>
      )}
      {takesWords && (
        <div class="panel">
          <label class="ds-label" for="words">
            {needsWords ? t("Your own sentence") : t("Your own sentence, if you like")}
          </label>
          <p class="note" id="words-note">
            {t("Why, in your particular situation, this should stop; or what is wrong. It goes into your letters only, never into the record or the log.")}
          </p>
          <textarea
            class="ds-input"
            id="words"
            rows={4}
            maxLength={MAX_WORDS}
            aria-describedby="words-note"
            value={sitting.words}
            onInput={(event) => onChange({ words: event.currentTarget.value })}
          />
        </div>
      )}
      <Wrong words={wrong} />
      <p class="actions">
        <Go onClick={go}>{t("Continue")}</Go>
      </p>
    </StepView>
  );
}

function noteOf({ id }: OfferedAct): string {
  switch (id) {
    case "refuse":
      return t("A notice: where you never said yes there is nothing to withdraw, and you say that you do not.");
    case "object-marketing":
      return t("For direct marketing no reasons are needed, and it must stop.");
    case "erase":
    case "delete":
    case "access":
    case "know":
      return t(
        "Choose it for those you really want it from: asking everybody can be refused as excessive, and finding your data needs an identifier of yours.",
      );
    case "port":
      return t("Only useful where you gave the data yourself.");
    default:
      return "";
  }
}
