/** The register that serves this page, as the library of a person's client reads it. */
import { learnRegister } from "@freehold/person/register";
import type { RegisterInfo } from "@freehold/person/schema";
import type { Source } from "@freehold/person/tiles";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";

/** What it says of itself; believed once, and kept with the book. */
export function learnThis(): Promise<RegisterInfo> {
  return learnRegister(location.origin, ask);
}

/** Where to read it. From where it was learned once, but always at the address of this page. */
export function sourceOf({ policy }: Pick<RegisterInfo, "policy">): Source {
  return { url: location.origin, policy: parseTrustPolicy(policy), fetch: ask };
}

const ask = (url: string, init?: RequestInit): Promise<Response> => fetch(url, init);
