/** Every URL that a page names. Pages first, then what machines read (spec/register.md). */
export const paths = {
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
} as const;
