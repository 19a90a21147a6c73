/** The shop's folder: its keys, made at the first start, and the documents that it has published. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Keys {
  /** Signs offers, bindings and acknowledgements: the key of the shop's claim. */
  signing: Uint8Array;
  /** Under this one the customers' numbers are hashed in bindings. */
  accounts: Uint8Array;
  /** Opens what is left in the shop's mailbox. */
  mailbox: Uint8Array;
}

export interface Folder {
  path(name: string): string;
  keys: Keys;
  /** The text of a file; made and kept where there is none. */
  keep(name: string, make: () => string | Promise<string>): Promise<string>;
}

/** Opens the folder, and makes it and its keys where they are missing. Only its owner can read the keys. */
export function openFolder(folder: string): Folder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(folder, name);
  const key = (name: string) => {
    if (!existsSync(path(name))) write(path(name), randomBytes(32));
    return new Uint8Array(readFileSync(path(name)));
  };
  return {
    path,
    keys: { signing: key("signing.key"), accounts: key("accounts.key"), mailbox: key("mailbox.key") },
    async keep(name, make) {
      if (!existsSync(path(name))) write(path(name), await make());
      return readFileSync(path(name), "utf8");
    },
  };
}

/** Whole or not at all: a crash leaves no half of a key behind. */
function write(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
