/** Drawers of a desk's store: small documents under keys, written together with the decisions that they belong to (`also` of desk.ts), or by themselves. */
import type { KeptPaper, Store } from "./store.ts";

/** A paper to write; `text` null takes it out. */
export type Paper = Omit<KeptPaper, "text"> & { text: string | null };

export interface Drawer<T> {
  read(key: string): Promise<T | undefined>;
  /** By ascending key, those whose key begins with `prefix`. */
  list(options?: { prefix?: string; after?: string; limit?: number }): Promise<{ key: string; value: T }[]>;
  put(key: string, value: T): Paper;
  drop(key: string): Paper;
}

const PAGE = 1000;

/** A drawer of a store, of values that JSON can express. */
export function drawerOf<T>(store: Pick<Store, "paper" | "papers">, drawer: string): Drawer<T> {
  return {
    async read(key) {
      const text = await store.paper(drawer, key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    async list({ prefix = "", after = prefix, limit = Infinity } = {}) {
      const found: { key: string; value: T }[] = [];
      for (let from = after; found.length < limit;) {
        const page = await store.papers(drawer, { after: from, limit: Math.min(PAGE, limit - found.length) });
        const fitting = page.filter(({ key }) => key.startsWith(prefix));
        found.push(...fitting.map(({ key, text }) => ({ key, value: JSON.parse(text) as T })));
        if (fitting.length < page.length || page.length === 0) break;
        from = page.at(-1)!.key;
      }
      return found;
    },
    put: (key, value) => ({ drawer, key, text: JSON.stringify(value) }),
    drop: (key) => ({ drawer, key, text: null }),
  };
}

/** Writes papers by themselves, all or none. */
export async function writePapers(store: Pick<Store, "write">, papers: readonly Paper[]): Promise<void> {
  if (papers.length === 0) return;
  await store.write(papers.map(({ drawer, key, text }) => (text === null ? { drop: "paper", drawer, key } : { put: "paper", paper: { drawer, key, text } })));
}
