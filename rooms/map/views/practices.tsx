/** What an organisation declares, practice by practice, with the words of the source. */
import { NotStated, Part } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import type { CompanyCard } from "../card-schema.ts";
import { Citation } from "./citation.tsx";
import { markup } from "./markup.ts";
import type { CompanyPage } from "./props.ts";
import { basisName, cut, days } from "./words.ts";

type Practice = CompanyCard["practices"][number];

export function PracticesPart({ page }: { page: CompanyPage }) {
  const { practices } = page.card;
  if (practices.length === 0) {
    return (
      <Part id="practices" title={t("Declarations")}>
        <p>{t("None is known here. That says nothing of whether it uses data, or of whether it says so elsewhere.")}</p>
      </Part>
    );
  }
  // A column that no source fills would be a column of "not stated": it is a sentence instead.
  const has = {
    retention: practices.some(({ retentionDays }) => retentionDays !== undefined),
    data: practices.some(({ data }) => data !== undefined),
    recipients: practices.some(({ recipients }) => recipients !== undefined),
  };
  const missing = [
    !has.retention && t("how long data is kept for a purpose in particular"),
    !has.data && t("which data go with which purpose"),
    !has.recipients && t("who receives them"),
  ].filter((words) => words !== false);
  const caption = t("Declared practices, by record");
  return (
    <Part id="practices" title={t("Declarations")}>
      <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
        <table class="ds-table practices" data-size="sm">
          <caption class="ds-sr-only">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t("Practice, and the source’s own words")}</th>
              <th scope="col">{t("Ground")}</th>
              {has.retention && <th scope="col">{t("Kept for")}</th>}
              {has.data && <th scope="col">{t("Data")}</th>}
              {has.recipients && <th scope="col">{t("Recipients")}</th>}
            </tr>
          </thead>
          {byRecord(practices).map(([record, list]) => (
            <tbody key={record}>
              <tr>
                <th class="group" scope="rowgroup" colSpan={2 + Number(has.retention) + Number(has.data) + Number(has.recipients)}>
                  <Citation records={[record]} card={page.card} sources={page.sources} today={page.today} />
                </th>
              </tr>
              {list.map(([index, practice]) => (
                <PracticeRow key={index} index={index} practice={practice} has={has} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {missing.length > 0 && <p class="note">{t("Not stated by these sources: {what}.", { what: missing.join("; ") })}</p>}
    </Part>
  );
}

function byRecord(practices: readonly Practice[]): [record: number, list: [index: number, practice: Practice][]][] {
  const found = new Map<number, [number, Practice][]>();
  practices.forEach((practice, index) => {
    const list = found.get(practice.record);
    if (list === undefined) found.set(practice.record, [[index, practice]]);
    else list.push([index, practice]);
  });
  return [...found];
}

function PracticeRow({ index, practice, has }: { index: number; practice: Practice; has: { retention: boolean; data: boolean; recipients: boolean } }) {
  const { term, basis, flexible, retentionDays, data, recipients, quote } = practice;
  return markup`<tr id="practice-${index}"><th scope="row">${t(term.name)}<span class="cell-note">${term.scheme} ${term.code} <code class="quote">${quote}</code></span></th><td>${
    basis === "unstated" ? <NotStated /> : basisName(basis)
  }${flexible === true && <span class="cell-note">{t("the site may choose another")}</span>}</td>${
    has.retention && <td>{retentionDays === undefined ? <NotStated /> : days(retentionDays)}</td>
  }${has.data && <td>{data === undefined ? <NotStated /> : data.map((one) => t(one.term.name)).join("; ")}</td>}${
    has.recipients && <td>{recipients === undefined || recipients.length === 0 ? <NotStated /> : recipients.map((name) => cut(name, 80)).join("; ")}</td>
  }</tr>`;
}

/** How long data is kept, by each record's own figure. */
export function Retention({ page: { card, sources, today } }: { page: CompanyPage }) {
  if (card.retention.length === 0) return <NotStated />;
  return (
    <ul class="plain">
      {card.retention.map(({ value, records }, i) => (
        <li key={i}>
          {value === null ? t("The list has the field, and it was left empty") : days(value)}
          <span class="cell-note">
            <Citation records={records} card={card} sources={sources} today={today} />
          </span>
        </li>
      ))}
    </ul>
  );
}
