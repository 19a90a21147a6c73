/** What both imports of WhoTracks.me have in common. */
import type { Source } from "../schema.ts";

export const whotracksmeTerms = {
  home: "https://github.com/whotracksme/whotracks.me",
  licence: { id: "CC-BY-4.0", url: "https://creativecommons.org/licenses/by/4.0/" },
  attribution: "WhoTracks.me data, Ghostery GmbH, CC BY 4.0",
} satisfies Partial<Source>;

/**
 * The month that a file's name says, `trackerdb-2022-08.sql`: the files themselves have no date. The day is the first of the month, so
 * that nothing looks newer than it is.
 */
export function monthOf(name: string): { version: string; dated: string } | undefined {
  const month = /(?<!\d)(20\d\d-(?:0[1-9]|1[0-2]))(?!\d)/.exec(name.slice(name.lastIndexOf("/") + 1))?.[1];
  return month === undefined ? undefined : { version: month, dated: `${month}-01` };
}
