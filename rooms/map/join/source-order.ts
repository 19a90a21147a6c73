/** Sources, the most official first: whose name is shown, who is joined first, in which order a card speaks. */
const ORDER = [
  "tcf-gvl",
  "fides",
  "art30-csv",
  "dpv-jsonld",
  "datenanfragen",
  "ca-data-brokers",
  "whotracksme",
  "third-party-web",
  "location-data",
  "justdeleteme",
  "prebid",
  "prebid-server",
];

/** The place of a source in the order; sources that are not in it come last. */
export function sourceRank(source: string): number {
  const place = ORDER.indexOf(source);
  return place < 0 ? ORDER.length : place;
}
