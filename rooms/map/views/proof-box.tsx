/** The records that a page rests on, and what proves that the register held them. */
import { Command, More, Part, dayInWords } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t } from "../../../ui/text.ts";
import type { StoredRecord } from "../card-schema.ts";
import { isStale, Stale } from "./citation.tsx";
import { markup } from "./markup.ts";
import type { CompanyPage, RecordPlace } from "./props.ts";
import { Rest } from "./storage.tsx";
import { cut, dayOf } from "./words.ts";

const MOST = 120;

export function ProofPart({ page }: { page: CompanyPage }) {
  const { card, places, site } = page;
  const all = [...card.records, ...(card.evidence ?? [])];
  const records = [...all.filter(({ current }) => current), ...all.filter(({ current }) => !current)];
  const caption = t("Records, and where they stand in the log");
  const example = records.map(({ id }) => places[id]).find((place) => place !== undefined && place.salt !== null);
  return (
    <Part id="records" title={t("Records and proof")} note={<a href={paths.log}>{t("The log")}</a>}>
      <p>
        {t(
          "Each fact above was read from one of these records. Of each the register publishes a salted hash in its log: that proves that it held these bytes not later than the entry was logged, and has not changed them since. It does not prove that the source said so (compare with the source), nor that it is true.",
        )}
      </p>
      <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
        <table class="ds-table records" data-size="sm">
          <caption class="ds-sr-only">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t("Record")}</th>
              <th scope="col">{t("Of")}</th>
              <th scope="col">{t("SHA-256 of salt and record")}</th>
              <th scope="col">{t("In the log")}</th>
            </tr>
          </thead>
          <tbody>{records.slice(0, MOST).map((record) => recordRow(page, record, places[record.id]))}</tbody>
        </table>
      </div>
      <Rest of={records.length} most={MOST} />
      {example !== undefined && (
        <More summary={t("How to check it yourself")}>
          <p>{t("Fetch a record and hash it: the last line prints the number that stands in the table, and in the publication.")}</p>
          <Command>{`curl -s ${site.url}${paths.record(example.sha256)} > record.json\n${HASH}`}</Command>
          <p>{t("That the publication is in the log, and the log is one and the same for everybody:")}</p>
          <Command>{`npx freehold audit ${site.url}`}</Command>
        </More>
      )}
    </Part>
  );
}

/** Hashes a record as spec/practice.md says, with nothing of ours: the canonical form of RFC 8785 is a few lines in JavaScript. */
const HASH =
  `node -e 'const c=v=>Array.isArray(v)?"["+v.map(x=>c(x))+"]":v&&typeof v=="object"?"{"+Object.keys(v).sort().map(k=>JSON.stringify(k)+":"+c(v[k]))+"}":JSON.stringify(v);` +
  `const r=JSON.parse(require("fs").readFileSync("record.json"));console.log(require("crypto").createHash("sha256").update(r.salt,"hex").update(c(r.record)).digest("hex"))'`;

function recordRow({ sources, today }: CompanyPage, record: StoredRecord, place: RecordPlace | undefined) {
  const { id, source, key, version, dated, current, gone } = record;
  const day = dayOf(record);
  const licence = sources[source]?.licence.id;
  const detail = `${version === day ? "" : `, ${version}`}${licence === undefined ? "" : `, ${licence}`}`;
  const state =
    gone !== null ? t("no longer listed since {version}", { version: gone }) : !current ? t("replaced by a later one") : isStale(record, today) && <Stale />;
  return markup`<tr id="record-${id}"><th scope="row"><a href="${paths.source(source)}">${sources[source]?.name ?? source}</a><span class="cell-note"><code>${cut(key, 60)}</code>${detail}</span></th><td>${dayInWords(day)}<span class="cell-note">${
    dated === null && `${t("day of reading; the source states none")} `
  }${state}</span></td><td>${hashes(place)}</td><td>${
    // The page of the entry has the publication's document, and that of the record its salt: hashes do not compress.
    place?.index == null ? t("awaiting publication") : markup`<a href="${paths.entry(place.index)}">${t("entry {index}", { index: place.index })}</a>`
  }</td></tr>`;
}

function hashes(place: RecordPlace | undefined) {
  if (place === undefined) return markup`<span class="unknown">${t("not known")}</span>`;
  if (place.salt === null) return markup`${short(place.sha256)}<span class="cell-note">${t("record and salt were deleted: what is left says nothing")}</span>`;
  return markup`<a href="${paths.record(place.sha256)}">${short(place.sha256)}</a>`;
}

/** As Hash of ui/kit.tsx, short. */
function short(value: string) {
  return markup`<code class="hash-short" title="${value}">${value.slice(0, 8)}<span aria-hidden="true">${value.slice(8)}</span></code>`;
}
