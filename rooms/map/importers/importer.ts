/** What every importer is: pure, bytes in, records and problems out. Nothing is fetched and nothing is written here. */
import type { Problem, Source, SourceRecord } from "../schema.ts";

export interface ImportFile {
  /** Path relative to what the caller named; problems are reported under it. */
  name: string;
  bytes: Uint8Array;
}

export interface Imported {
  /** The version of the source as it calls it itself (`v143`, `11.36.0`), else the date of the newest fact, else the first 12 digits of the hash of the files. */
  version: string;
  /** The day of which the files speak, `YYYY-MM-DD`, where they say. */
  dated?: string;
  records: SourceRecord[];
  /** Empty where all is well. With problems nothing is written, unless the caller accepts a part: then `records` are those without. */
  problems: Problem[];
  /** The version is known to be an extract of the source: what is not in it is not gone. */
  part?: true;
  /** Figures that the source is known by, for the summary and for tests: `{ vendors: 692, active: 691 }`. */
  counts: { [name: string]: number };
}

export interface Importer {
  source: Source;
  /** What PATH may be, a sentence for help and errors: "the list as JSON, or a folder of versions". */
  takes: string;
  /** What it reads is never the whole source (a scan, one organisation's record of processing): what is not there is not gone. */
  adds?: true;
  /** Which files of a folder are read; all where it is left out. */
  accepts?: (name: string) => boolean;
  /**
   * Files of one version. Several versions (a folder of vendor lists) come as several results, oldest first. `report` is called now and
   * then with the share done. Never throws for bad data: problems say what was wrong; at most 1,000 are kept.
   */
  read(files: readonly ImportFile[], report?: (share: number) => void): Imported[];
  /** Where the current version can be downloaded, for `map sync`; absent where there is none. */
  live?: { urls: readonly string[]; note?: string };
}
