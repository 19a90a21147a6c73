/** Names and addresses: the only way in which a visit learns or reaches any. Tests put a web of their own here. */
import { lookup, resolveCname } from "node:dns/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";

export interface Network {
  /** The addresses of a host; fails where it has none. */
  lookup(host: string): Promise<string[]>;
  /** The names that a host is an alias of, from the nearest on; empty where it is none, fails where that cannot be learnt. */
  aliases(host: string): Promise<string[]>;
  /** A connection to one of the addresses. */
  connect(addresses: readonly string[], port: number): Socket;
}

/** Aliases of aliases that are followed. */
const MAX_ALIASES = 8;

export const INTERNET: Network = {
  async lookup(host) {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  async aliases(host) {
    const names: string[] = [];
    for (let name: string | undefined = host; name !== undefined && names.length < MAX_ALIASES;) {
      const found: string[] = await resolveCname(name).catch((error: NodeJS.ErrnoException) => {
        // No alias is an answer; no answer is none.
        if (error.code === "ENODATA" || error.code === "ENOTFOUND") return [];
        throw error;
      });
      name = found[0]?.toLowerCase().replace(/\.$/, "");
      if (name === undefined || names.includes(name)) break;
      names.push(name);
    }
    return names;
  },
  connect(addresses, port) {
    return connect({
      host: "checked",
      port,
      autoSelectFamily: true,
      // The addresses have been looked up and checked; a second lookup could give others.
      lookup: (_host, options, callback) => {
        const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
        if (options.all === true) callback(null, all);
        else callback(null, all[0]!.address, all[0]!.family);
      },
    });
  },
};
