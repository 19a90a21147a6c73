/** Where a fact comes from: beside every fact, and one click from its record. */
import { Day } from "../../../ui/kit.tsx";
import { t, tn } from "../../../ui/text.ts";
import type { StoredRecord } from "../card-schema.ts";
import type { MapPage } from "./props.ts";
import { dayOf } from "./words.ts";

export interface Citing {
  /** The ids of the records that say it. */
  records: readonly number[];
  /** Whose card it is. */
  card: { readonly records: readonly StoredRecord[]; readonly evidence?: readonly StoredRecord[] };
  sources: MapPage["sources"];
  /** `YYYY-MM-DD`. Where it is given, records older than a year are marked. */
  today?: string;
  /** The page that lists the records; on that page itself, nothing. */
  at?: string;
  /** Of more records than this, the rest are a number. */
  most?: number;
}

/** Sources of a fact: name, version, date, licence, whether it is old; each leads to its record (`#record-12`). */
export function Citation({ records, card, sources, today, at = "", most = 3 }: Citing) {
  const known = records.flatMap((id) => {
    const is = (record: StoredRecord) => record.id === id;
    return card.records.find(is) ?? card.evidence?.find(is) ?? [];
  });
  const shown = known.length <= most + 1 ? known : known.slice(0, most);
  return (
    <span class="cite">
      {shown.map((record, i) => (
        <span key={record.id}>
          {i > 0 && "; "}
          <a href={`${at}#record-${record.id}`}>{sources[record.source]?.name ?? record.source}</a> <RecordVersion record={record} />
          {sources[record.source] !== undefined && `, ${sources[record.source]!.licence.id}`}
          {today !== undefined && isStale(record, today) && (
            <>
              {", "}
              <Stale />
            </>
          )}
        </span>
      ))}
      {known.length > shown.length && (
        <>
          {"; "}
          <a href={`${at}#records`}>{tn(known.length - shown.length, "{n} more record", "{n} more records")}</a>
        </>
      )}
    </span>
  );
}

/** Which version of the source, and of which day it speaks; else when it was read. */
function RecordVersion({ record }: { record: StoredRecord }) {
  const { version, dated } = record;
  const day = dayOf(record);
  return (
    <>
      {version !== day && `${version}, `}
      {dated === null && `${t("read")} `}
      <Day on={day} />
    </>
  );
}

/** The mark of facts that are older than a year: they may have changed since. */
export function Stale() {
  return <span class="stale">{t("older than a year")}</span>;
}

/** Whether a record, or a day, lies more than a year before today. */
export function isStale(of: StoredRecord | string, today: string): boolean {
  const day = typeof of === "string" ? of.slice(0, 10) : dayOf(of);
  return day < `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`;
}
