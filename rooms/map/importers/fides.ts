/**
 * Manifests of fides (fideslang): an organisation's own account of its systems, what each does with which data. One record per
 * organisation, over all files that are read together.
 */
import { z } from "zod";
import type { Contact, DataTerm, OrganisationFacts, Practice, SourceRecord } from "../schema.ts";
import { basisOf, daysOf, distinctTexts, ofKind, practicesOn, withoutRepeats } from "./activity.ts";
import { emailContact } from "./contact.ts";
import { fidesCategories, fidesUses } from "./fides-terms.ts";
import type { Importer } from "./importer.ts";
import { type Place, type Problems, cleanText, conform, createProblems, hostOf, listOf, readYaml, urlOf } from "./read.ts";
import { collect } from "./records.ts";
import { cut, shown } from "./shown.ts";
import { versionOf } from "./version.ts";

const text = z.string().max(5_000).nullish();
const key = z.string().regex(/^[a-zA-Z0-9_.<>-]{1,150}$/);
const keys = listOf(key, 1_000).nullish();
/** The parent that fides gives to whatever names none. */
const organisationKey = key.default("default_organization");

// The names of contact persons are not read: their office is enough to write to it.
const contact = z.object({ address: text, email: text, phone: text }).nullish();

const organization = z.object({
  fides_key: key,
  name: text,
  description: text,
  security_policy: text,
  controller: contact,
  data_protection_officer: contact,
  representative: contact,
});

const declaration = z.object({
  name: text,
  data_use: key,
  data_categories: keys,
  data_subjects: keys,
  legal_basis_for_processing: text,
  flexible_legal_basis_for_processing: z.boolean().nullish(),
  retention_period: z.union([z.string().max(500), z.number().int().min(0).max(73_000)]).nullish(),
  third_parties: text,
});

const system = z.object({
  fides_key: key,
  name: text,
  organization_fides_key: organisationKey,
  description: text,
  privacy_policy: text,
  uses_cookies: z.boolean().nullish(),
  uses_non_cookie_access: z.boolean().nullish(),
  legal_basis_for_transfers: listOf(z.string().max(500), 100).nullish(),
  privacy_declarations: listOf(declaration, 1_000).nullish(),
});

/** Of a dataset only the categories: names of tables and columns say nothing about people. */
const dataset = z.object({
  fides_key: key,
  name: text,
  organization_fides_key: organisationKey,
  data_categories: keys,
  collections: listOf(z.unknown(), 10_000).nullish().transform(categoriesIn),
});

const manifest = z.object({
  organization: listOf(organization, 1_000).nullish(),
  system: listOf(system, 10_000).nullish(),
  dataset: listOf(dataset, 10_000).nullish(),
});

type Organization = z.infer<typeof organization>;
type System = z.infer<typeof system>;
type Dataset = z.infer<typeof dataset>;
type Declaration = z.infer<typeof declaration>;

interface Parts {
  organization?: Organization;
  systems: System[];
  datasets: Dataset[];
  at: Place;
}

export const fides: Importer = {
  source: {
    id: "fides",
    name: "Fides manifests",
    home: "https://ethyca.com/docs/fides",
    licence: { id: "LicenseRef-own", url: "https://github.com/ethyca/fideslang" },
    attribution: "Terms of data uses and categories: fideslang, Ethyca Inc., CC BY 4.0",
    gives: ["identity", "declared", "contact"],
    mayNamePeople: true,
    caution:
      "An organisation's account of itself, as the operator of this register was given it. Terms are read into DPV by our own table; words without a counterpart stand as they are.",
  },
  adds: true,
  takes: "a fides manifest (YAML: systems, datasets, organizations), or a folder of them",
  accepts: (name) => /\.ya?ml(?:\.gz)?$/i.test(name),

  read(files, report) {
    const problems = createProblems();
    const organisations = new Map<string, Parts>();
    const partsOf = (name: string, at: Place): Parts => {
      const parts = organisations.get(name) ?? { systems: [], datasets: [], at };
      organisations.set(name, parts);
      return parts;
    };
    for (const [i, file] of files.entries()) {
      for (const { line, value } of readYaml(file, problems)) {
        const at = { file: file.name, line };
        const found = conform(manifest, value, at, problems);
        for (const one of found?.organization ?? []) {
          const parts = partsOf(one.fides_key, at);
          if (parts.organization === undefined) parts.organization = one;
          else
            problems.add({
              ...at,
              field: "organization",
              value: shown(one.fides_key),
              message: "This organization stands twice in what is read; each may stand once.",
            });
        }
        for (const one of found?.system ?? []) partsOf(one.organization_fides_key, at).systems.push(one);
        for (const one of found?.dataset ?? []) partsOf(one.organization_fides_key, at).datasets.push(one);
      }
      report?.((i + 1) / files.length);
    }
    if (organisations.size === 0 && problems.count === 0) {
      problems.add({ file: files[0]?.name ?? "", message: "No system, dataset or organization is in what was read; a manifest has at least one." });
    }
    const out = collect(problems);
    const counts = { organisations: 0, systems: 0, datasets: 0, practices: 0 };
    for (const [name, parts] of organisations) {
      const facts = factsOf(name, parts, problems);
      const { at, ...said } = parts;
      if (!out.add({ key: name, raw: JSON.parse(JSON.stringify(said)) as SourceRecord["raw"], facts }, at)) continue;
      counts.organisations += 1;
      counts.systems += parts.systems.length;
      counts.datasets += parts.datasets.length;
      counts.practices += facts.declared!.practices.length;
    }
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

function factsOf(name: string, { organization: named, systems, datasets, at }: Parts, problems: Problems): OrganisationFacts {
  const practices = systems.flatMap((one) => (one.privacy_declarations ?? []).flatMap((said) => practicesOf(one, said, at, problems)));
  const categories = [...new Set(datasets.flatMap((one) => [...(one.data_categories ?? []), ...one.collections]))].toSorted();
  const notices = distinctTexts(
    systems.map((one) => urlOf(one.privacy_policy ?? "") ?? ""),
    2_000,
  );
  const cookies = known(systems.map((one) => one.uses_cookies));
  const others = known(systems.map((one) => one.uses_non_cookie_access));
  const transfers = distinctTexts(systems.flatMap((one) => one.legal_basis_for_transfers ?? []));
  const policy = hostOf(named?.security_policy ?? "");
  return withoutRepeats({
    kind: "organisation",
    name: cleanText(named?.name ?? "") || name,
    domains: policy === undefined ? [] : [{ host: policy, role: "own" }],
    identifiers: [{ scheme: "fides", id: name }],
    contacts: [
      ...contactsOf(named?.data_protection_officer, "rights"),
      ...contactsOf(named?.controller, "general"),
      ...contactsOf(named?.representative, "general"),
    ],
    declared: {
      practices,
      ...(datasets.length > 0 && { data: categories.map(dataOf) }),
      ...((cookies !== undefined || others !== undefined) && {
        storage: { ...(cookies !== undefined && { cookies }), ...(others !== undefined && { otherThanCookies: others }) },
      }),
      notices: notices.map((url) => ({ kind: "privacy", url })),
      ...(transfers.length > 0 && { safeguards: transfers }),
    },
  });
}

function practicesOf(one: System, said: Declaration, at: Place, problems: Problems): Practice[] {
  const use = fidesUses.get(said.data_use);
  const ground = said.legal_basis_for_processing ?? undefined;
  const basis = ground === undefined ? "unstated" : basisOf(ground);
  if (basis === undefined) {
    problems.add({
      ...at,
      field: `system.${one.fides_key}.privacy_declarations.legal_basis_for_processing`,
      value: shown(ground),
      message: "This ground is not known; Consent, Contract, Legal obligations, Vital interests, Public interest and Legitimate interests are.",
    });
    return [];
  }
  const period = said.retention_period ?? undefined;
  const days = typeof period === "number" ? period : period === undefined ? undefined : daysOf(/^\d{1,5}$/.test(period) ? `${period} days` : period);
  const purposes = ofKind(use?.terms ?? [], "purpose");
  const speaksOf = ofKind(use?.terms ?? [], "processing");
  const recipients = distinctTexts((said.third_parties ?? "").split(/[;\n]/));
  const subjects = distinctTexts((said.data_subjects ?? []).map((subject) => subject.replaceAll(/[._]/g, " ")));
  const stated = [said.name, one.name ?? one.fides_key, said.data_use, ground, period === undefined ? undefined : `retention ${period}`];
  return practicesOn([basis], {
    term: { scheme: "fides", code: said.data_use, name: use?.name ?? said.data_use },
    element: "purpose",
    // By fides a ground is flexible unless the manifest says otherwise; here only what is said.
    ...(said.flexible_legal_basis_for_processing === true && { flexible: true }),
    purposes,
    ...(speaksOf.length > 0 && { speaksOf }),
    // An empty list is how manifests leave the question open.
    ...((said.data_categories ?? []).length > 0 && { data: [...new Set(said.data_categories)].map(dataOf) }),
    ...(days !== undefined && { retentionDays: days }),
    ...(recipients.length > 0 && { recipients }),
    ...(subjects.length > 0 && { subjects }),
    quote: cut(distinctTexts(stated.map((part) => String(part ?? ""))).join(" · "), 200),
  });
}

function dataOf(code: string): DataTerm {
  const found = fidesCategories.get(code);
  return { term: { scheme: "fides", code, name: found?.name ?? code }, terms: [...(found?.terms ?? [])] };
}

function contactsOf(found: z.infer<typeof contact>, purpose: Contact["purpose"]): Contact[] {
  const email = emailContact(found?.email ?? "", purpose);
  const post = cleanText(found?.address ?? "");
  const phone = cleanText(found?.phone ?? "", 60);
  return [
    ...(email === undefined ? [] : [email]),
    ...(post === "" ? [] : [{ kind: "post" as const, value: post, purpose }]),
    ...(phone === "" ? [] : [{ kind: "phone" as const, value: phone, purpose }]),
  ];
}

/** One system with is enough; "no" needs all of them to say so. */
function known(answers: readonly (boolean | null | undefined)[]): boolean | undefined {
  if (answers.includes(true)) return true;
  return answers.length > 0 && answers.every((answer) => answer === false) ? false : undefined;
}

/** All categories that collections name, however deep their fields lie (a YAML value has a bound of its own). */
function categoriesIn(value: unknown): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(categoriesIn))];
  if (typeof value !== "object" || value === null) return [];
  const { data_categories: here, fields } = value as { data_categories?: unknown; fields?: unknown };
  return [...(Array.isArray(here) ? here.filter((one): one is string => key.safeParse(one).success) : []), ...categoriesIn(fields)];
}
