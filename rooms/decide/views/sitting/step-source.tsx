/** The first step: what she has. It says what each thing proves, and where it is read. */
import { useState } from "preact/hooks";
import { paths } from "../../../../ui/paths.ts";
import { Command, More } from "../../../../ui/kit.tsx";
import { t, tx } from "../../../../ui/text.ts";
import { Choice, Go, StepView, Working, Wrong } from "./parts.tsx";
import { wordsOf } from "./run.ts";
import type { Organisations } from "./shards.ts";
import { EXAMPLE_TC, fromHar, fromPicks, fromSite, fromTcString } from "./sources.ts";
import type { Named } from "./sources.ts";
import type { Sitting, SourceKind } from "./state.ts";

const PROOF: { readonly [K in SourceKind]: () => string } = {
  example: () => t("A made-up answer “Accept all”, read like your own. Nothing about you: to see how it goes."),
  tc: () => t("It proves what a banner stored as your answer: who was told yes, for what. Not that anybody received or used anything."),
  har: () => t("It proves whom your own browser contacted while you recorded. Not what they did with it, and not who got it from them."),
  site: () => t("It shows whom a clean browser of ours was seen to contact there. Not that yours did: that depends on your answers and your browser."),
  pick: () => t("It proves nothing about you. You can still tell an organisation what you do not want."),
};

export function SourceStep({ sitting, organisations, onFound }: { sitting: Sitting; organisations: Organisations; onFound: (named: Named) => void }) {
  const [kind, setKind] = useState<SourceKind | undefined>(sitting.kind);
  const [text, setText] = useState(sitting.tcString ?? "");
  const [file, setFile] = useState<File | null>(null);
  const [address, setAddress] = useState(sitting.site ?? "");
  const [query, setQuery] = useState("");
  const [hits, setHits] = useState<readonly { id: string; name: string; domain: string }[] | null>(null);
  const [picked, setPicked] = useState<readonly { id: string; name: string }[]>(
    sitting.kind === "pick" ? sitting.found.map(({ organisation: { id, name } }) => ({ id, name })) : [],
  );
  const [busy, setBusy] = useState<{ done: number; of: number } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const progress = (done: number, of: number) => setBusy({ done, of });

  const read = async (): Promise<Named | string> => {
    switch (kind) {
      case "example":
        return { ...(await fromTcString(EXAMPLE_TC, organisations, progress)), kind: "example" };
      case "tc":
        return fromTcString(text, organisations, progress);
      case "har":
        return file === null ? t("Choose the file first.") : fromHar(file, organisations, progress);
      case "site":
        return fromSite(address, organisations, progress);
      case "pick":
        return picked.length === 0
          ? t("Pick at least one organisation.")
          : fromPicks(
              picked.map(({ id }) => id),
              organisations,
              progress,
            );
      case undefined:
        return t("Choose what you have.");
    }
  };
  const go = async () => {
    if (busy !== null) return;
    setBusy({ done: 0, of: 0 });
    setWrong(null);
    try {
      const named = await read();
      if (typeof named === "string") setWrong(named);
      else if (named.found.length === 0) setWrong(t("It names nobody whom the map knows."));
      else onFound(named);
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setBusy(null);
  };
  const search = async () => {
    setWrong(null);
    try {
      setHits(query.trim().length < 2 ? [] : await organisations.search(query.trim(), 20));
    } catch (error) {
      setWrong(wordsOf(error));
    }
  };

  return (
    <StepView
      name="source"
      title={t("What do you have?")}
      lede={t(
        "It is read in this browser and goes nowhere. The register sends everyone the same lists, at least 500 organisations at a time, and does not learn whom you look at.",
      )}
    >
      <Choice<SourceKind>
        legend={t("Choose one")}
        name="kind"
        value={kind}
        onChange={(value) => {
          setKind(value);
          setWrong(null);
        }}
        options={[
          { value: "tc", label: t("A consent string (TC string) from my browser"), note: PROOF.tc() },
          { value: "har", label: t("A recording of my browser (HAR file)"), note: PROOF.har() },
          { value: "site", label: t("The address of a site"), note: PROOF.site() },
          { value: "pick", label: t("I pick organisations"), note: PROOF.pick() },
          { value: "example", label: t("Nothing: show me an example"), note: PROOF.example() },
        ]}
      />
      {kind === "tc" && (
        <div class="panel">
          <label class="ds-label" for="tc">
            {t("Consent string")}
          </label>
          <textarea
            class="ds-input mono"
            id="tc"
            rows={4}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <More summary={t("Where to find it")}>
            <p>{t("On a site where you answered a consent banner, open your browser’s developer tools (F12), choose “Console”, and type:")}</p>
            <Command>{"__tcfapi('getTCData', 2, (d) => console.log(d.tcString))"}</Command>
            <p>
              {t(
                "Or look under “Application” or “Storage” for a cookie called euconsent-v2, or a stored entry IABTCF_TCString. It begins with C and has several hundred letters.",
              )}
            </p>
          </More>
        </div>
      )}
      {kind === "har" && (
        <div class="panel">
          <label class="ds-label" for="har">
            {t("HAR file")}
          </label>
          <input class="ds-input" id="har" type="file" accept=".har,application/json" onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />
          <p class="note">{t("It holds your cookies and all addresses you visited: it is read here only, and not kept, not even in this browser.")}</p>
          <More summary={t("How to record it")}>
            <p>{t("Open the developer tools (F12), choose “Network”, load the site, click through it as you do, then “Export HAR”.")}</p>
          </More>
        </div>
      )}
      {kind === "site" && (
        <div class="panel">
          <label class="ds-label" for="site">
            {t("Address of the site")}
          </label>
          <input
            class="ds-input"
            id="site"
            type="text"
            inputMode="url"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
          <p class="note">
            {t(
              "Looked up among the sites that were scanned before, in this browser: the register does not learn which one. A new scan would tell it, so none is started from here.",
            )}
          </p>
        </div>
      )}
      {kind === "pick" && (
        <div class="panel">
          <form
            class="field-row"
            role="search"
            onSubmit={(event) => {
              event.preventDefault();
              void search();
            }}
          >
            <label class="ds-label" for="pick">
              {t("Name or domain")}
            </label>
            <input class="ds-input" id="pick" type="search" autocomplete="off" value={query} onInput={(event) => setQuery(event.currentTarget.value)} />
            <Go type="submit" secondary>
              {t("Search")}
            </Go>
          </form>
          <div role="status">{hits !== null && hits.length === 0 && <p>{t("Nothing found. Type at least two letters.")}</p>}</div>
          {hits !== null && hits.length > 0 && (
            <ul class="hits" aria-label={t("Found")}>
              {hits.map(({ id, name, domain }) => {
                const isPicked = picked.some((one) => one.id === id);
                return (
                  <li key={id}>
                    <span>
                      {name} <span class="note">{domain}</span>
                    </span>
                    <button
                      type="button"
                      class="link-button"
                      aria-label={isPicked ? t("Remove {name}", { name }) : t("Add {name}", { name })}
                      onClick={() => setPicked(isPicked ? picked.filter((one) => one.id !== id) : [...picked, { id, name }])}
                    >
                      {isPicked ? t("Remove") : t("Add")}
                    </button>
                  </li>
                );
              })}
            </ul>
          )}
          <p role="status">
            {picked.length > 0 && (
              <>
                <strong>{t("Picked:")}</strong> {picked.map(({ name }) => name).join(", ")}
              </>
            )}
          </p>
        </div>
      )}
      {kind === "example" && (
        <div class="panel">
          <p class="claimed-note">
            {t("An example, not yours. If you sign at the end, the entries are real: use the demonstration key, which is marked everywhere.")}
          </p>
        </div>
      )}
      <Wrong words={wrong} />
      {busy !== null && <Working words={t("Reading")} {...(busy.of > 0 && busy)} />}
      <p class="actions">
        <Go onClick={() => void go()} busy={busy !== null}>
          {t("Continue")}
        </Go>
      </p>
      <p class="note">
        {tx("You have recovery words, another device or a file of your decisions? Go to {keys} first.", { keys: <a href={paths.meKeys}>{t("My key")}</a> })}
      </p>
    </StepView>
  );
}
