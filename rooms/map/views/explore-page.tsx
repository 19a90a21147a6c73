/** /explore: all organisations in one table that is sorted and filtered in the browser. The island draws it; see explore-island.ts. */
import { Page } from "../../../ui/layout.tsx";
import { NotStated, Select, figure } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import { COLUMNS, HAS } from "./explore.ts";
import type { ColumnName, Has } from "./explore.ts";
import type { ExplorePage } from "./props.ts";

/** What the island cannot know: where its rows are, and the words of the page's language. */
export interface ExploreTask {
  data: string;
  /** Of sources by id. */
  sources: { [id: string]: string };
  words: ReturnType<typeof words>;
}

const words = () => ({
  count: t("{n} of {m} organisations"),
  none: t("No organisation answers this. Ask for less: fewer words, or any country, sector and source."),
  failed: t("The rows could not be loaded. Try again, or use the list of companies."),
  notStated: t("not stated"),
  unknown: t("not known"),
  unseen: t("not seen"),
  days: t("{n} days"),
  day: t("{n} day"),
  session: t("the session"),
  stale: t("over a year old"),
});

const titles = (): { [C in ColumnName]: string } => ({
  name: t("Name"),
  country: t("Country"),
  sectors: t("Sectors"),
  sources: t("Sources"),
  consent: t("On consent"),
  interest: t("On legitimate interest"),
  retention: t("Kept for"),
  cookie: t("Cookie life"),
  sites: t("Seen on sites"),
  newest: t("Newest record"),
});

const hasNames = (): { [H in Has]: string } => ({
  declarations: t("Declarations"),
  observations: t("Observations"),
  both: t("Both"),
  neither: t("Neither"),
  contact: t("A contact"),
  "no-contact": t("No contact"),
});

export function ExploreView({ site, sources, figures, data }: ExplorePage) {
  const title = titles();
  const has = hasNames();
  const task: ExploreTask = { data, sources: Object.fromEntries(Object.values(sources).map(({ id, name }) => [id, name])), words: words() };
  return (
    <Page
      site={site}
      title={t("Explore")}
      description={t("All organisations of the register in one table, to sort and to filter.")}
      room="explore"
      islands={["explore"]}
    >
      <h1>{t("Explore")}</h1>
      <p class="lede">
        {t("{n} organisations in one table, to sort and to filter in your browser: what you look for is not sent to the register.", {
          n: figure(figures.organisations),
        })}
      </p>
      <noscript>
        <p>
          {tx("This table needs a script, and your browser runs none here. {list} has the same, page by page.", {
            list: <a href={paths.companies}>{t("The list of companies")}</a>,
          })}
        </p>
      </noscript>
      <div class="explore" data-explore={JSON.stringify(task)} hidden>
        <form class="explore-filters" role="search" aria-label={t("Which organisations")}>
          <p class="choice">
            <label class="ds-label" for="q">
              {t("Name")}
            </label>
            <input class="ds-input" type="search" id="q" name="q" autocomplete="off" spellcheck={false} maxLength={200} />
          </p>
          <Select name="country" label={t("Country")} options={[["", t("Any")]]} />
          <Select name="sector" label={t("Sector")} options={[["", t("Any")]]} />
          <Select name="source" label={t("Source")} options={[["", t("Any")]]} />
          <Select name="has" label={t("With")} options={[["", t("Anything")], ...HAS.map((one): [string, string] => [one, has[one]])]} />
        </form>
        <div class="explore-line">
          <p role="status" class="explore-count">
            {t("Loading the rows")}
          </p>
          <a class="explore-csv" href={paths.companiesCsv({})}>
            {t("These as CSV")}
          </a>
        </div>
        <div class="explore-scroll" role="region" aria-label={t("Table of organisations; the arrow keys scroll it")} tabIndex={0}>
          <div role="table" aria-label={t("Organisations")} aria-rowcount={figures.organisations + 1} aria-colcount={COLUMNS.length}>
            <div role="rowgroup" class="explore-head">
              <div role="row" aria-rowindex={1} class="explore-row">
                {COLUMNS.map((column) => (
                  <div key={column} role="columnheader" aria-sort={column === "name" ? "ascending" : "none"} data-column={column}>
                    <button type="button">{title[column]}</button>
                  </div>
                ))}
              </div>
            </div>
            <div role="rowgroup" class="explore-body" />
          </div>
          <p class="explore-none" hidden>
            <NotStated>{task.words.none}</NotStated>
          </p>
        </div>
      </div>
    </Page>
  );
}
