import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { Imported } from "./importer.ts";
import { openTermsArchive } from "./open-terms-archive.ts";

function read(...rows: string[]): Imported {
  return openTermsArchive.read([{ name: "changes.csv", bytes: new TextEncoder().encode(["service,changed_at", ...rows].join("\n")) }])[0]!;
}

test("a service and the days of its changes, oldest first; the texts are nowhere", () => {
  const { records, problems, counts, version, dated } = read(
    "Acme,2026-02-03T23:30:00+00:00",
    "Acme,2024-01-02T10:00:00+00:00",
    "Other,2025-01-01T00:00:00+00:00",
  );
  expect(problems).toEqual([]);
  expect({ counts, version, dated }).toEqual({ counts: { services: 2, changes: 3 }, version: "2026-02-03", dated: "2026-02-03" });
  expect(records[0]).toEqual({
    key: "Acme",
    dated: "2026-02-03",
    raw: { service: "Acme", changes: ["2024-01-02", "2026-02-03"] },
    facts: { kind: "organisation", name: "Acme", domains: [], identifiers: [], contacts: [], noticeChanges: ["2024-01-02", "2026-02-03"] },
  });
});

test.each([
  ["Acme,yesterday", "changed_at"],
  ["Acme,2026-02-30T00:00:00Z", "changed_at"],
  [",2026-02-03T00:00:00Z", "service"],
])("%s is a problem of its %s", (row, field) => {
  const { records, problems } = read(row);
  expect(records).toEqual([]);
  expect(problems).toMatchObject([{ file: "changes.csv", line: 2, field }]);
});

describeShared("Open Terms Archive, changes from 2023 to August 2026", () => {
  test("the known figures, and a known service", () => {
    const name = "open-terms-archive/privacy-policy-changes-2023-2026.csv";
    expect(openTermsArchive.accepts!(name)).toBe(true);
    const { records, problems, counts, version } = openTermsArchive.read([{ name, bytes: readFileSync(sharedData(name)) }])[0]!;
    expect(problems).toEqual([]);
    expect({ counts, version }).toEqual({ counts: { services: 282, changes: 6389 }, version: "2026-08-22" });
    expect(records.find(({ key }) => key === "Telegram")?.dated).toBe("2026-08-22");
  });
});
