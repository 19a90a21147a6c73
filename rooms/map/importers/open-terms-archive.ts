/** Open Terms Archive: when the privacy notices of services changed. Their texts belong to the services and are not read. */
import type { Importer } from "./importer.ts";
import { cleanText, createProblems, isDay, readCsv } from "./read.ts";
import { collect } from "./records.ts";
import { shown } from "./shown.ts";
import { versionOf } from "./version.ts";

/** Changes of one service that are kept: the newest. */
const MAX_CHANGES = 5_000;

/** One record per service, its key the service's name there. */
export const openTermsArchive: Importer = {
  source: {
    id: "open-terms-archive",
    name: "Open Terms Archive, changes of privacy notices",
    home: "https://opentermsarchive.org/",
    licence: { id: "ODC-By-1.0", url: "https://opendatacommons.org/licenses/by/1-0/" },
    attribution: "Contains information from the Open Terms Archive contrib collection, made available under ODC-By 1.0",
    gives: ["identity"],
    caution:
      "Dates at which volunteers' software found a notice changed, not the texts. Some changes are of the page's layout only, and a service that is not in it may change its notice as often.",
  },
  takes: "a table with the columns service and changed_at (instants), drawn from the history of a collection of versions",
  accepts: (name) => /(?:^|\/)[^/]*changes[^/]*\.csv$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const services = new Map<string, { days: string[]; file: string; line: number }>();
    const counts = { services: 0, changes: 0 };
    let dated = "";
    for (const [i, file] of files.entries()) {
      for (const { line, row } of readCsv(file, problems, ["service", "changed_at"])) {
        const [name, day] = [cleanText(row["service"]!, 200), row["changed_at"]!.slice(0, 10)];
        if (name === "" || !isDay(day)) {
          const field = name === "" ? "service" : "changed_at";
          const message = name === "" ? "The service has no name; every row needs one." : "This is no instant; it must begin with a day, YYYY-MM-DD.";
          problems.add({ file: file.name, line, field, value: shown(row[field]!), message });
          continue;
        }
        if (!services.has(name)) services.set(name, { days: [], file: file.name, line });
        services.get(name)!.days.push(day);
        counts.changes += 1;
        if (day > dated) dated = day;
      }
      report?.((i + 1) / files.length);
    }
    for (const [name, { days, file, line }] of services) {
      const noticeChanges = days.sort().slice(-MAX_CHANGES);
      const facts = { kind: "organisation" as const, name, domains: [], identifiers: [], contacts: [], noticeChanges };
      out.add({ key: name, dated: noticeChanges.at(-1)!, raw: { service: name, changes: noticeChanges }, facts }, { file, line });
    }
    counts.services = out.records.length;
    return [{ version: dated === "" ? versionOf(files) : dated, ...(dated !== "" && { dated }), records: out.records, problems: problems.list, counts }];
  },
};
