/** The short form of an organisation, for parts that everyone fetches alike. */
import type { Contact, Practice, RightsChannel } from "./schema.ts";

/** What a shard says of an organisation: enough to find it, to name what one can do about it, and to write to it. Without the records behind it: those stand on its page. */
export interface ShardOrganisation {
  id: string;
  name: string;
  /** By which records name it (spec/record.md): its website's domain, or its only one, if it alone holds that; else urn:freehold:organisation:<id>. One that has joined may name another (rooms/honour). */
  controller: string;
  country: string | null;
  website: string | null;
  domains: string[];
  /** Its ids in IAB Europe's list. */
  tcf: number[];
  contacts: (Pick<Contact, "kind" | "value" | "purpose" | "person"> & { onOwnDomain: boolean | null })[];
  rights: RightsChannel[];
  /** What it declares: each purpose once for each ground. */
  practices: Pick<Practice, "term" | "element" | "basis" | "flexible" | "purposes" | "speaksOf">[];
  /** DPV terms of the data that it declares. */
  data: string[];
  /** Days; null where it was asked and left it open, absent where no source has it. */
  retentionDays?: number | null;
  notices: { kind: string; url: string; language?: string }[];
  /** SHA-256 over the salted hashes of the records that declare, sorted, as bytes; null where there are none. It changes when one of them does. */
  declaration: string | null;
  /** No source lists it any more, or one says that it is gone. */
  ended?: true;
}
