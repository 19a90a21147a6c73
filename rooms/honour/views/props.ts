/** What the server gives to the pages of companies, and to /privacy. */
import type { Site } from "../../../ui/site.ts";
import type { Language } from "../../../ui/text.ts";

/** The renderers that the built pages export. Each returns a whole HTML document. */
export interface HonourPages {
  /** GET /developers */
  renderDevelopers(page: DevelopersPage): string;
  /** GET /developers/api */
  renderApi(page: ApiPage): string;
  /** GET /developers/playground */
  renderPlayground(page: HonourPage): string;
  /** GET /privacy */
  renderPrivacy(page: PrivacyPage): string;
  /** GET /privacy/impact */
  renderImpact(page: ImpactPage): string;
}

export interface HonourPage {
  site: Site;
  language: Language;
}

export interface DevelopersPage extends HonourPage {
  /** The quick start of sdk/README.md, whose snippets its tests run; empty where this copy has none. */
  quickStart: readonly Passage[];
}

/** A piece of a guide: words, or code to copy. */
export type Passage = { kind: "heading" | "words"; text: string } | { kind: "code"; language: string; text: string };

export interface ApiPage extends HonourPage {
  reference: Reference;
}

/** The OpenAPI document of the running register, as a reader needs it. */
export interface Reference {
  version: string;
  groups: readonly { name: string; operations: readonly Operation[] }[];
  /** Shapes that have a name, as TypeScript writes types. */
  shapes: readonly { name: string; type: string; description: string }[];
}

export interface Operation {
  /** Unique in the page. */
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: readonly { name: string; in: string; type: string; required: boolean; description: string }[];
  bodies: readonly { media: string; type: string }[];
  responses: readonly { status: string; description: string; type: string }[];
  /** A line for a terminal, with the examples of the document. */
  example: string;
}

/** Who runs the register, to the outside. */
export interface Host {
  name: string;
  /** `mailto:` or `https:`. */
  contact: string;
}

export interface PrivacyPage extends HonourPage {
  /** Null where the operator has not said: then this is no public register. */
  host: Host | null;
  corrections: string | null;
  /** Days for which a fetched message stays, and months for which one does that nobody fetches. */
  mailDays: number;
  mailMonths: number;
  /** Months without use after which a backup is erased. */
  backupMonths: number;
  /** Entries of the published log: a small register hides less. */
  logSize: number;
}

export interface ImpactPage extends HonourPage {
  host: Host | null;
  /** The day on which the assessment was last changed. */
  revised: string;
  rows: readonly ImpactRow[];
}

/** A risk for people, what is done, what remains, and the tests that show it. Sentences are keys of ui/text.ts. */
export interface ImpactRow {
  id: string;
  part: ImpactPart;
  risk: string;
  measure: string;
  remains: string;
  tests: readonly ImpactTest[];
}

export type ImpactPart = "content" | "linking" | "power" | "keys" | "company" | "map" | "children" | "outage";

/** A test by its file and the beginning of its name; `at` is where this register shows the file. */
export interface ImpactTest {
  file: string;
  name: string;
}
