/** The documents that publications name: whether each is served, and has its hash. */
import { createHash } from "node:crypto";
import { toHex } from "@freehold/protocol/bytes";
import type { Remote } from "../remote.ts";
import { createCrew } from "./ahead.ts";
import type { Findings } from "./disagreement.ts";

/** More than this is not read of a document. Nothing of it is kept. */
const MAX_DOCUMENT = 2 ** 30;
const IN_FLIGHT = 8;

export interface Documents {
  /** Begins to check the document of a publication; resolves when there is room for the next. */
  check(index: number, hash: Uint8Array): Promise<void>;
  done(): Promise<void>;
  readonly served: number;
  /** Answered with 451, which is allowed. */
  readonly withheld: number;
}

export function createDocuments(remote: Remote, prefix: string, findings: Findings): Documents {
  const crew = createCrew(IN_FLIGHT);
  let served = 0;
  let withheld = 0;

  const checkOne = async (index: number, hash: string) => {
    let digest = createHash("sha256");
    const { status } = await remote.ask(`${prefix}${hash}`, {
      max: MAX_DOCUMENT,
      headers: { "accept-encoding": "gzip" },
      onStart: () => (digest = createHash("sha256")),
      onChunk: (chunk) => digest.update(chunk),
    });
    if (status === 451) withheld++;
    else if (status !== 200) findings.add("document_missing", index, `The document of the publication at index ${index} is not served (status ${status}).`);
    else if (digest.digest("hex") !== hash)
      findings.add("document_mismatch", index, `The document of the publication at index ${index} has another hash than its entry.`);
    else served++;
  };

  return {
    check: (index, hash) => crew.begin(() => checkOne(index, toHex(hash))),
    done: () => crew.done(),
    get served() {
      return served;
    },
    get withheld() {
      return withheld;
    },
  };
}
