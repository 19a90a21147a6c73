/** What changed in the records, as far as the register has read them. */
import { Day, Part } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t } from "../../../ui/text.ts";
import type { CompanyPage } from "./props.ts";
import { Rest } from "./storage.tsx";
import { dayOf } from "./words.ts";

const MOST = 60;

export function HistoryPart({ page: { card, places, sources } }: { page: CompanyPage }) {
  const { history } = card;
  const records = new Map([...card.records, ...(card.evidence ?? [])].map((record) => [record.id, record]));
  return (
    <Part id="history" title={t("History")}>
      {history.length === 0 ? (
        <p>{t("No change was read: of each record there is one version here.")}</p>
      ) : (
        <>
          <ol class="plain ruled history">
            {history.slice(0, MOST).map(({ at, record: id, sentence }, i) => {
              const record = records.get(id);
              const index = places[id]?.index ?? null;
              return (
                <li key={i}>
                  <Day on={record === undefined ? at.slice(0, 10) : dayOf(record)} />
                  <span>
                    {t(sentence)}.
                    <span class="cell-note">
                      <a href={`#record-${id}`}>{record === undefined ? t("record") : `${sources[record.source]?.name ?? record.source} ${record.version}`}</a>
                      {", "}
                      {index === null ? t("awaiting publication") : <a href={paths.entry(index)}>{t("entry {index}", { index })}</a>}
                    </span>
                  </span>
                </li>
              );
            })}
          </ol>
          <Rest of={history.length} most={MOST} />
        </>
      )}
    </Part>
  );
}
