/** The search field of the log: a plain form. */
import { paths } from "../../ui/paths.ts";

export function SearchForm({ query = "" }: { query?: string }) {
  return (
    <form class="search" action={paths.log} method="get" role="search" aria-label="Entries of the log">
      <label class="ds-label" for="q">
        Entry number or hash
      </label>
      <p class="note" id="q-help">
        A number, or 64 hexadecimal digits: a leaf hash, a lock, or the SHA-256 of a document.
      </p>
      <div class="search-row">
        <input
          class="ds-input"
          type="text"
          id="q"
          name="q"
          value={query}
          aria-describedby="q-help"
          autocomplete="off"
          spellcheck={false}
          autocapitalize="off"
          required
          maxLength={200}
        />
        <button class="ds-button" type="submit">
          Search
        </button>
      </div>
    </form>
  );
}
