/** Composing a letter: to whom, from what, in her words; then the whole text and exactly what it discloses, before it leaves. */
import type { ActId } from "@freehold/person/acts";
import { changeItem } from "@freehold/person/book";
import { composeLetter, warnings } from "@freehold/person/letters/compose";
import type { Composed } from "@freehold/person/letters/compose";
import type { HeldIdentifier, Withheld } from "@freehold/person/letters/identifiers";
import { pending } from "@freehold/person/letters/languages";
import { citationOf } from "@freehold/person/letters/law";
import { isMailAddress, largePrint, mailtoOf } from "@freehold/person/letters/letter";
import { mayWrite } from "@freehold/person/letters/limits";
import type { Delivery } from "@freehold/person/schema";
import { formatInstant } from "@freehold/protocol/shape";
import { useState } from "preact/hooks";
import { Caution, Fields, More } from "../../../ui/kit.tsx";
import { currentLanguage, t, tx } from "../../../ui/text.ts";
import type { ShardOrganisation } from "../schema.ts";
import { changeKept } from "./decide-flow.ts";
import { CopyButton, StepHeading, TroubleBox, clock, saveFile, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { idWords } from "./decision-words.ts";
import type { Home, Kept } from "./keep.ts";
import { actsOfCase, pastLetters } from "./letter-case.ts";
import type { LetterCase } from "./letter-case.ts";
import { readSitting } from "./sitting/state.ts";

export interface CaseProps {
  of: LetterCase;
  organisation: ShardOrganisation | undefined;
  kept: Kept;
  home: Home;
  changed: (kept: Kept) => void;
}

const today = () => formatInstant(Math.floor(clock())).slice(0, 10);

/** Words of a letter's own tables, in the language of the page. */
const inPage = (text: { en: string; de: string }) => text[currentLanguage()];

export function Compose({ of, organisation, kept, home, changed }: CaseProps) {
  const { controller } = of;
  const { regime, acts } = actsOfCase(of, organisation, home);
  const addresses = (organisation?.contacts ?? []).filter(({ kind, person }) => (kind === "email" || kind === "form") && person !== true);
  // An address on its own domain first: only there do identifiers go.
  const sorted = addresses.toSorted((a, b) => Number(b.onOwnDomain === true) - Number(a.onOwnDomain === true));
  const tcString = readSitting().tcString;
  const [language, setLanguage] = useState(() => (["DE", "AT", "CH", "LI"].includes(organisation?.country ?? "") ? "de" : "en"));
  const [to, setTo] = useState(sorted[0]?.value ?? "");
  const [site, setSite] = useState(() => readSitting().site ?? idWords(controller.id).replace(/:\d+$/, ""));
  const [visited, setVisited] = useState("");
  const [role, setRole] = useState<"site" | "vendor">("site");
  const [words, setWords] = useState(of.items.find((item) => item.words !== undefined)?.words ?? "");
  const [reply, setReply] = useState("");
  const [cookie, setCookie] = useState({ name: "", value: "" });
  const [withString, setWithString] = useState(false);
  const [newFacts, setNewFacts] = useState("");
  const [letter, setLetter] = useState<Composed | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);

  const compose = () => {
    setTrouble(null);
    setLetter(null);
    try {
      const may = mayWrite(
        { controller: controller.id, acts: acts.map(({ id }) => id), together: 1, role, named: role === "site" || visited !== "", words: [words], newFacts },
        pastLetters(kept.book, home),
        today(),
      );
      if (!may.allowed)
        return setTrouble({
          title: t("This letter is not for today."),
          detail: `${inPage(may.text)}${may.until === null ? "" : ` ${t("From {day} on it can go.", { day: may.until })}`}`,
        });
      const domains = organisation?.domains ?? [idWords(controller.id).replace(/:\d+$/, "")];
      const identifiers: HeldIdentifier[] =
        cookie.value === "" ? [] : [{ kind: "cookie", name: cookie.name || "cookie", value: cookie.value, domain: domains[0] ?? "" }];
      const takesWords = (id: ActId) => acts.find((act) => act.id === id)?.words !== "no" && words.trim() !== "";
      setLetter(
        composeLetter({
          language,
          recipient: { ...controller, role, domains },
          ...(to !== "" && { to }),
          site,
          ...(visited !== "" && { visited: [visited] }),
          ...(role === "vendor" && visited !== "" && { evidence: [{ kind: "contacted", on: visited, host: domains[0] ?? site }] }),
          regime,
          residence: home,
          said: acts.map((act) => ({ act, ...(takesWords(act.id) && { words }) })),
          today: today(),
          identifiers,
          ...(withString && tcString !== undefined && { consentString: { value: tcString, on: visited || today() } }),
          ...(reply !== "" && { reply }),
          register: kept.book.register.origin,
        }),
      );
    } catch (error) {
      setTrouble(troubleOf(error, t("The letter cannot be composed like this.")));
    }
  };

  if (acts.length === 0) return <p>{t("None of these decisions has a wording in the law of where you live.")}</p>;
  return (
    <>
      <ul>
        {acts.map((act, i) => (
          <li key={i}>{inPage(act.heading)}</li>
        ))}
      </ul>
      <form
        class="asking"
        onSubmit={(event) => {
          event.preventDefault();
          compose();
        }}
      >
        <label class="ds-label" for="l-to">
          {t("Where it goes")}
        </label>
        <select class="ds-input" id="l-to" value={to} onChange={(event) => setTo(event.currentTarget.value)}>
          {sorted.map(({ kind, value, onOwnDomain }) => (
            <option key={value} value={value}>
              {value} ({kind === "email" ? t("e-mail") : t("form")}
              {onOwnDomain === true ? "" : `, ${t("not on its own domain: no identifiers go there")}`})
            </option>
          ))}
          <option value="">{t("I print it")}</option>
        </select>
        <label class="ds-label" for="l-role">
          {t("What it is to you")}
        </label>
        <select class="ds-input" id="l-role" value={role} onChange={(event) => setRole(event.currentTarget.value === "vendor" ? "vendor" : "site")}>
          <option value="site">{t("The site that I visited: it is asked to stop, to pass it on and to name the recipients")}</option>
          <option value="vendor">{t("Somebody that the site brought in, whom what I have names")}</option>
        </select>
        <label class="ds-label" for="l-site">
          {t("Site that you visited")}
        </label>
        <input class="ds-input" id="l-site" required value={site} onInput={(event) => setSite(event.currentTarget.value)} />
        <label class="ds-label" for="l-visited">
          {role === "vendor" ? t("Day on which it was contacted") : t("Day on which you did (optional)")}
        </label>
        <input
          class="ds-input"
          id="l-visited"
          type="date"
          required={role === "vendor"}
          value={visited}
          onInput={(event) => setVisited(event.currentTarget.value)}
        />
        <label class="ds-label" for="l-words">
          {acts.some((act) => act.words === "needed")
            ? t("Your own sentence: the grounds of your situation, or what is wrong")
            : t("Your own sentence (optional)")}
        </label>
        <textarea class="ds-input words" id="l-words" rows={3} maxLength={2000} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        <label class="ds-label" for="l-language">
          {t("Language: that of the site")}
        </label>
        <select class="ds-input" id="l-language" value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
          <option value="en">English</option>
          <option value="de">Deutsch</option>
          {Object.entries(pending).map(([code, { name }]) => (
            <option key={code} value={code}>
              {name} ({t("in English, and says so")})
            </option>
          ))}
        </select>
        <More summary={t("By what it can find you, and where it answers")}>
          <div class="asking">
            <p class="note">
              {t(
                "Only an identifier that this recipient itself gave your browser. It goes to an address on its own domain and nowhere else. Save it before you clear your cookies.",
              )}
            </p>
            <label class="ds-label" for="l-cookie">
              {t("Name of its cookie")}
            </label>
            <input
              class="ds-input"
              id="l-cookie"
              autocomplete="off"
              value={cookie.name}
              onInput={(event) => setCookie({ ...cookie, name: event.currentTarget.value })}
            />
            <label class="ds-label" for="l-value">
              {t("Its value")}
            </label>
            <input
              class="ds-input"
              id="l-value"
              autocomplete="off"
              value={cookie.value}
              onInput={(event) => setCookie({ ...cookie, value: event.currentTarget.value })}
            />
            {tcString !== undefined && (
              <label>
                <input type="checkbox" checked={withString} onChange={(event) => setWithString(event.currentTarget.checked)} />{" "}
                {t("With my consent string as evidence")}
              </label>
            )}
            <label class="ds-label" for="l-reply">
              {t("Address or alias for the answer (optional)")}
            </label>
            <input class="ds-input" id="l-reply" type="email" autocomplete="off" value={reply} onInput={(event) => setReply(event.currentTarget.value)} />
            <label class="ds-label" for="l-new">
              {t("What is new since your last letter to it, if there was one")}
            </label>
            <input class="ds-input" id="l-new" value={newFacts} onInput={(event) => setNewFacts(event.currentTarget.value)} />
          </div>
        </More>
        <div class="row">
          <button class="ds-button" type="submit">
            {t("Show the letter")}
          </button>
        </div>
      </form>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {letter !== null && <Ready letter={letter} to={to} reply={reply} of={of} changed={changed} />}
    </>
  );
}

function whyWithheld(why: Withheld["why"]): string {
  return {
    another: t("it is not this recipient’s"),
    "address-elsewhere": t("the letter goes to an address that is not on the recipient’s own domain"),
    credential: t("it may be what keeps you signed in"),
    "too-many": t("a letter takes sixteen"),
  }[why];
}

function Ready({ letter, to, reply, of, changed }: { letter: Composed; to: string; reply: string; of: LetterCase; changed: (kept: Kept) => void }) {
  const [sentBy, setSentBy] = useState<"mail" | "form" | "post">(isMailAddress(to) ? "mail" : to === "" ? "post" : "form");
  const mail = isMailAddress(to) ? mailtoOf(letter, to) : null;
  const { controller } = of;
  const fixed = letter.blocks.filter(({ kind }) => kind === "fixed");
  const name = `letter-${letter.sha256.slice(0, 12)}`;
  const print = () => {
    const url = URL.createObjectURL(new Blob([largePrint(letter)], { type: "text/html" }));
    window.open(url, "_blank", "noopener");
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const record = async () => {
    const at = formatInstant(Math.floor(clock()));
    const delivery: Delivery = { at, by: sentBy, to: (to === "" ? t("by post") : to).slice(0, 2000) };
    const next = await changeKept((book) =>
      of.items.reduce(
        (now, { id }) =>
          changeItem(now, id, (item) => ({ ...item, letter: { sha256: letter.sha256, sent: at }, deliveries: [...(item.deliveries ?? []), delivery] })),
        book,
      ),
    );
    if (next !== undefined) changed(next);
  };
  return (
    <>
      <StepHeading step={letter.sha256}>{t("The letter")}</StepHeading>
      {letter.note !== null && <Caution>{letter.note}</Caution>}
      <div class="letter-text" role="group" aria-label={t("The letter")} tabIndex={0} lang={letter.language}>
        {letter.text}
      </div>
      <h3 class="receipt-part">{t("What it discloses, and to whom")}</h3>
      <Fields
        fields={[
          { name: t("To"), value: `${controller.name}${to === "" ? "" : `, ${to}`}` },
          { name: t("Identifiers, consent string"), value: fixed.length === 0 ? t("none") : fixed.map(({ text }, i) => <code key={i}>{text}</code>) },
          { name: t("Address for the answer"), value: reply === "" ? t("none in the letter") : reply },
          { name: t("Your name, a copy of an identity card, other companies’ identifiers"), value: t("none") },
          ...letter.withheld.map((one) => ({ name: t("Left out"), value: `${one.name}: ${whyWithheld(one.why)}` })),
        ]}
      />
      <Caution>
        <p>{inPage(warnings["reveals-address"])}</p>
        <p>{inPage(warnings["not-advice"])}</p>
        {letter.law.some(({ needsReview }) => needsReview) && <p>{inPage(warnings["needs-review"])}</p>}
      </Caution>
      <More summary={t("The law that it names, with sources")}>
        <ul>
          {letter.law.map((sentence) => (
            <li key={sentence.id}>
              <a href={sentence.source.url}>{citationOf(sentence, letter.language)}</a>, {t("checked {day}", { day: sentence.checked })}
              {sentence.needsReview && <>, {t("not yet compared with the official text")}</>}
            </li>
          ))}
        </ul>
      </More>
      <div class="row">
        <CopyButton text={letter.text}>{t("Copy the letter")}</CopyButton>
        {mail !== null && (
          <a class="ds-button" data-variant="secondary" href={mail.href}>
            {mail.complete ? t("Open in my mail program") : t("Open my mail program (paste the copied letter)")}
          </a>
        )}
        <button class="ds-button" data-variant="secondary" type="button" onClick={print}>
          {t("In large print")}
        </button>
        <button class="ds-button" data-variant="secondary" type="button" onClick={() => saveFile(`${name}.txt`, letter.text, "text/plain;charset=utf-8")}>
          {t("Save it: you need it for a complaint")}
        </button>
      </div>
      <form
        class="asking"
        onSubmit={(event) => {
          event.preventDefault();
          void record();
        }}
      >
        <p>{tx("Once it has left, say so. The clock does not run from sending: it runs from {receipt}.", { receipt: <strong>{t("receipt")}</strong> })}</p>
        <label class="ds-label" for="l-by">
          {t("How you sent it")}
        </label>
        <select class="ds-input" id="l-by" value={sentBy} onChange={(event) => setSentBy(event.currentTarget.value as "mail" | "form" | "post")}>
          <option value="mail">{t("by e-mail")}</option>
          <option value="form">{t("by its form")}</option>
          <option value="post">{t("by post")}</option>
        </select>
        <div class="row">
          <button class="ds-button" type="submit">
            {t("I have sent it")}
          </button>
        </div>
      </form>
    </>
  );
}
