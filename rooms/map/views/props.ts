/** What the server gives to the pages of the map. */
import type { Site } from "../../../ui/site.ts";
import type { CompanyCard, CompanyRow, MapFigures, SiteCard, SourceRow } from "../card-schema.ts";
import type { Overview } from "../overview-schema.ts";
import type { Source } from "../schema.ts";
import type { Finding, Method, Signals } from "../signals-schema.ts";

/** The renderers that the built pages export. Each returns a whole HTML document. */
export interface MapPages {
  /** GET / */
  renderHome(page: HomePage): string;
  /** GET /companies */
  renderCompanies(page: CompaniesPage): string;
  /** GET /companies/{id} */
  renderCompany(page: CompanyPage): string;
  /** GET /compare?ids=a,b,c,d */
  renderCompare(page: ComparePage): string;
  /** GET /sites/{domain}; null where nothing is known of it. */
  renderSite(page: SitePage): string;
  /** GET /explore */
  renderExplore(page: ExplorePage): string;
  /** GET /sources */
  renderSources(page: SourcesPage): string;
  /** GET /methodology */
  renderMethodology(page: MethodologyPage): string;
  /** GET /overviews */
  renderOverviews(page: OverviewsPage): string;
}

export interface MapPage {
  site: Site;
  /** All sources by id: what a citation shows. */
  sources: { [id: string]: Source };
  /** Where a correction is asked for: `mailto:` or `https:`; null where the operator has set none (then the page says that this is no public register). */
  corrections: string | null;
}

export interface HomePage extends MapPage {
  figures: MapFigures;
  /** `time`: of the published checkpoint, seconds since 1970. `anchored`: how many entries the last confirmed anchor covers. */
  log: { size: number; time: number | null; anchored: number | null };
  /** A few organisations that have declarations and observations both, most seen first. */
  examples: CompanyRow[];
  /** Sites with scans. */
  sites: { site: string; at: string; thirdParties: number }[];
}

/** What /companies can be asked. All optional; combined with "and". */
export interface CompaniesQuery {
  q?: string;
  country?: string;
  sector?: string;
  source?: string;
  /** `tcf purpose` number 1 to 11, or DPV term. */
  purpose?: string;
  basis?: "consent" | "legitimate-interest";
  has?: "declarations" | "observations" | "both" | "neither" | "contact" | "no-contact" | "no-contact-on-own-domain";
  /** `name` (default), `seen`, `newest`. */
  sort?: string;
  /** Opaque cursor. */
  after?: string;
}

export interface CompaniesPage extends MapPage {
  query: CompaniesQuery;
  total: number;
  rows: CompanyRow[];
  next: string | null;
  /** Choices of the filters, with how many organisations each has in all. */
  choices: { countries: [code: string, count: number][]; sectors: [name: string, count: number][]; sources: [id: string, count: number][] };
  figures: MapFigures;
}

/** Where a record stands in the log: null while it waits to be published. */
export interface RecordPlace {
  sha256: string;
  salt: string | null;
  /** SHA-256 of the publication's document, and its index in the log. */
  publication: string | null;
  index: number | null;
}

export interface CompanyPage extends MapPage {
  card: CompanyCard;
  places: { [record: number]: RecordPlace };
  /** What is read from the card; null where the register reads no signals. */
  signals: Signals | null;
  /** Those that passed the rule of findings.ts: no others are given to a page. */
  findings?: readonly Finding[];
  /** Of the published log. */
  logSize: number;
  /** Sites with a scan, in all: `seen on 12 of 19`. Counts without names are none. */
  scannedSites: number;
  /** Today, `YYYY-MM-DD`: older than a year is stale. */
  today: string;
}

export interface ComparePage extends MapPage {
  cards: CompanyCard[];
  /** Asked for and not there. */
  unknown: string[];
  today: string;
}

export interface SitePage extends MapPage {
  domain: string;
  card: SiteCard | null;
  places: { [record: number]: RecordPlace };
  today: string;
}

export interface ExplorePage extends MapPage {
  figures: MapFigures;
  /** Where the island gets the rows. */
  data: string;
}

export interface SourcesPage extends MapPage {
  rows: SourceRow[];
  /** Sources that can be imported and have not been. */
  available: { source: Source; takes: string; live: boolean }[];
}

export interface MethodologyPage extends MapPage {
  /** The one by which signals are read now. */
  method: Method;
  /** The publication that holds it; null where it is the one that came with the program. `index` is null while it waits for the log. */
  publication: { sha256: string; index: number | null } | null;
  /** An organisation with a band, as an example. */
  example: { card: CompanyCard; signals: Signals } | null;
}

export interface OverviewsPage extends MapPage {
  overview: Overview;
}
