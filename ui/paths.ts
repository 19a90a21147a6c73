/** Every URL that a page names. Pages first, then what machines read (spec/register.md). */
export const paths = {
  home: "/",
  companies: "/companies",
  /** The list, asked a question: empty members are left out. */
  companiesBy: (query: Query) => `/companies${asked(query)}`,
  company: (id: string) => `/companies/${encodeURIComponent(id)}`,
  /** Up to four, side by side. */
  compare: (ids: readonly string[]) => `/compare?ids=${ids.map(encodeURIComponent).join(",")}`,
  /** What was seen on a site, by its host. */
  site: (domain: string) => `/sites/${encodeURIComponent(domain)}`,
  explore: "/explore",
  sources: "/sources",
  source: (id: string) => `/sources#${id}`,
  corrections: "/sources#corrections",
  methodology: "/methodology",
  overviews: "/overviews",

  developers: "/developers",
  developersApi: "/developers/api",
  playground: "/developers/playground",
  privacy: "/privacy",
  impact: "/privacy/impact",
  /** The text of a test that the impact assessment names. */
  impactTest: (file: string) => `/privacy/tests/${file}`,

  me: "/me",
  meKeys: "/me/keys",
  meDecisions: "/me/decisions",
  meLetters: "/me/letters",

  log: "/log",
  /** The entries below a number, latest first. */
  logBefore: (index: number) => `/log?before=${index}`,
  entry: (index: number) => `/log/${index}`,
  search: (query: string) => `/log?q=${encodeURIComponent(query)}`,
  /** Built files; their names change with their content. */
  assets: "/assets/",

  checkpoint: "/log/checkpoint",
  /** Of the first 256 entries, or of fewer. */
  firstBundle: (size: number) => (size >= 256 ? "/log/tile/entries/000" : `/log/tile/entries/000.p/${size}`),
  statusBits: "/log/status/bits",
  statusList: "/log/status/list",
  status: (index: number) => `/log/status/${index}`,
  entryData: (index: number) => `/v1/entries/${index}`,
  anchors: "/v1/anchors",
  anchorData: (index: number) => `/v1/entries/${index}/anchor`,
  lockData: (lock: string) => `/v1/locks/${lock}`,
  document: (sha256: string) => `/documents/${sha256}`,
  discovery: "/.well-known/freehold.json",
  api: "/openapi.json",

  companyData: (id: string) => `/v1/map/organisations/${encodeURIComponent(id)}`,
  /** The answer of /companies to the same question, as JSON or CSV. */
  companiesData: (query: Query) => `/v1/map/organisations${asked(query)}`,
  companiesCsv: (query: Query) => `/v1/map/organisations.csv${asked(query)}`,
  overviewData: "/v1/map/overview",
  /** One table of the overviews: `signals`, `versions`, … */
  overviewCsv: (table: string) => `/v1/map/overview/${table}.csv`,
  siteData: (domain: string) => `/v1/map/sites/${encodeURIComponent(domain)}`,
  /** A source's record with its salt (spec/practice.md). */
  record: (sha256: string) => `/v1/map/records/${sha256}`,
} as const;

type Query = { readonly [name: string]: string | undefined };

function asked(query: Query): string {
  const named = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  return named.length === 0 ? "" : `?${new URLSearchParams(named)}`;
}
