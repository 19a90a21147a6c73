/** Declared beside observed: purposes by ground, and kinds of data. */
import type { VNode } from "preact";
import { NotStated, Part } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import type { CompanyCard, DataMatrix, Mark, PurposeMatrix } from "../card-schema.ts";
import { markup } from "./markup.ts";
import { basisName, elementName, markWords } from "./words.ts";

/** A mark: a letter in a shape. `word` is read out, and shown where there is room for it. */
function Sign({ mark, word = false, href }: { mark: Mark; word?: boolean; href?: string | undefined }): VNode {
  const { letter, word: words } = markWords(mark);
  if (mark === "none") return markup`<span class="unknown">${words}</span>`;
  const sign = word
    ? markup`<span class="sign sign-${mark}" aria-hidden="true">${letter}</span> ${words}`
    : markup`<span class="sign sign-${mark}" aria-hidden="true">${letter}</span><span class="ds-sr-only">${words}</span>`;
  return href === undefined ? sign : markup`<a href="${href}">${sign}</a>`;
}

const MARKS = ["declared", "observed", "both", "observed-not-declared"] as const;

/** What the marks mean. `silent`: the organisation declares nothing that we know, so nothing can be missing from it. */
function Legend({ silent }: { silent: boolean }) {
  return (
    <>
      <ul class="legend">
        {MARKS.filter((mark) => !silent || mark === "observed").map((mark) => (
          <li key={mark}>
            <Sign mark={mark} word />
          </li>
        ))}
      </ul>
      <p class="note">
        {silent
          ? t("No declaration of this organisation is known here: what was observed is neither confirmed nor contradicted by one.")
          : t(
              "Not declared means: in none of the declarations that this register has read. What a purpose was observed for is inferred from the kind of domain or cookie, never seen itself.",
            )}
      </p>
    </>
  );
}

export function PurposePart({ card, scanned }: { card: CompanyCard; scanned: number }) {
  const { columns, rows } = card.purposeMatrix;
  const silent = !card.has.declarations;
  return (
    <Part id="purposes" title={t("Purposes")}>
      {rows.length === 0 ? (
        <p>{t("Nothing is known here of what it uses data for: no declaration was read, and nothing that was observed speaks for a purpose.")}</p>
      ) : (
        <>
          <Legend silent={silent} />
          <div class="scroll" role="region" aria-label={t("Purposes by ground, and what was observed")} tabIndex={0}>
            <table class="ds-table matrix" data-size="sm">
              <caption class="ds-sr-only">{t("Purposes by ground, and what was observed")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("Purpose")}</th>
                  {columns.map((basis) => (
                    <th key={basis} scope="col" class="mid">
                      {basisName(basis)}
                    </th>
                  ))}
                  <th scope="col">{t("Observed")}</th>
                  <th scope="col">{t("Together")}</th>
                </tr>
              </thead>
              {[...Map.groupBy(rows, ({ element }) => element).values()].map((group) => (
                <tbody key={group[0]!.element}>
                  {group[0]!.element !== "purpose" && (
                    <tr>
                      <th class="group" scope="rowgroup" colSpan={columns.length + 3}>
                        {elementName(group[0]!.element)}
                      </th>
                    </tr>
                  )}
                  {group.map((row) => (
                    <PurposeRow key={row.id} row={row} scanned={scanned} />
                  ))}
                </tbody>
              ))}
            </table>
          </div>
          {rows.some(({ cells }) => cells.some(({ flexible }) => flexible)) && (
            <p class="note">{t("* The site that loads it may choose the other of the two grounds, consent or legitimate interest.")}</p>
          )}
        </>
      )}
    </Part>
  );
}

type Row = PurposeMatrix["rows"][number];

function PurposeRow({ row: { name, id, cells, observed, mark }, scanned }: { row: Row; scanned: number }) {
  return markup`<tr><th scope="row" title="${id}">${t(name)}</th>${cells.map(Cell)}<td class="seen">${
    observed === null ? <NotStated>{t("nothing known")}</NotStated> : <Seen observed={observed} scanned={scanned} />
  }</td><td class="together">${Sign({ mark, word: true })}</td></tr>`;
}

/** A ground of a purpose: each declaration is a link to the practice. */
function Cell({ declared, flexible }: Row["cells"][number]) {
  const again = declared
    .slice(1, 4)
    .map((practice, at) => markup`<a class="ref" href="#practice-${practice}" aria-label="${t("declared again, {n}", { n: at + 2 })}">${at + 2}</a>`);
  const star = flexible && markup`<span class="star" title="${t("the site may choose the other ground")}">*</span>`;
  return markup`<td class="mid">${declared.length > 0 && Sign({ mark: "declared", href: `#practice-${declared[0]!}` })}${star}${again}</td>`;
}

/** How often something was seen that speaks for a purpose, and what that was: it is always inferred. */
function Seen({ observed: { sites, unanswered, refused, inferredFrom }, scanned }: { observed: NonNullable<Row["observed"]>; scanned: number }) {
  if (sites === 0) return markup`<span class="unknown">${t("nothing that speaks for it")}</span>`;
  const more = `${unanswered > 0 ? `, ${t("on {n} before any answer", { n: unanswered })}` : ""}${refused > 0 ? `, ${t("on {n} after refusal", { n: refused })}` : ""}`;
  const words = t("{n} of {m} sites", { n: sites, m: Math.max(sites, scanned) });
  return markup`<a href="#seen">${words}</a>${more}<details class="why"><summary>${t("inferred")}</summary>${inferredFrom}</details>`;
}

/** Kinds of data: of all purposes together as a list, and by purpose where a source says it. */
export function DataPart({ card, matrix }: { card: CompanyCard; matrix: DataMatrix | null }) {
  if (matrix === null) {
    return (
      <Part id="data" title={t("Kinds of data")}>
        <p>{t("Not stated by any of its sources, and nothing was observed.")}</p>
      </Part>
    );
  }
  const { columns, rows } = matrix;
  const [all, ...byPurpose] = rows;
  return (
    <Part id="data" title={t("Kinds of data")}>
      {card.has.declarations ? (
        byPurpose.length === 0 && <p>{t("No source says which of these go with which purpose.")}</p>
      ) : (
        <p>{t("No declaration of this organisation is known here.")}</p>
      )}
      <ul class="kinds">
        {columns.map(({ id, name }, i) => {
          const { mark, records, words } = all!.cells[i]!;
          if (mark === "none") return null;
          const why = words === undefined ? null : markup`<span class="cell-note">${t(words)}</span>`;
          return markup`<li>${Sign({ mark, href: `#record-${records[0]!}` })}<span title="${id}">${t(name)}${why}</span></li>`;
        })}
      </ul>
      {byPurpose.length > 0 && <DataTable matrix={{ columns, rows: byPurpose }} />}
    </Part>
  );
}

function DataTable({ matrix: { columns, rows } }: { matrix: DataMatrix }) {
  const caption = t("Purposes by kinds of data");
  return (
    <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="ds-table matrix data-matrix" data-size="sm">
        <caption class="ds-sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t("Purpose")}</th>
            {columns.map(({ id, name }) => (
              <th key={id} scope="col" class="mid tall">
                <span>{t(name)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, cells }) => (
            <tr key={id}>
              <th scope="row" title={id}>
                {t(name)}
              </th>
              {cells.map(({ mark, records, words }, i) => (
                <td key={columns[i]!.id} class="mid" title={words}>
                  {mark === "none" ? <span class="ds-sr-only">{t("not declared for it")}</span> : <Sign mark={mark} href={`#record-${records[0]!}`} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
