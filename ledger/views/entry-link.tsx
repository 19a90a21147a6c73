/** Numbers of entries as links, and lists of them as words. */
import { Fragment } from "preact";
import { formatCount } from "../../ui/format.ts";
import { paths } from "../../ui/paths.ts";

export function EntryLink({ index }: { index: number }) {
  return (
    <a class="entry-number" href={paths.entry(index)}>
      {index}
    </a>
  );
}

/** `12`, `12 and 40`, `12, 40 and 7 more`; `count` is of all, of which `indexes` may be the first. */
export function EntryList({ indexes, count = indexes.length }: { indexes: readonly number[]; count?: number }) {
  const more = count - indexes.length;
  return (
    <>
      {indexes.map((index, i) => (
        <Fragment key={index}>
          {i > 0 && (i === indexes.length - 1 && more === 0 ? " and " : ", ")}
          <EntryLink index={index} />
        </Fragment>
      ))}
      {more > 0 && ` and ${formatCount(more)} more`}
    </>
  );
}
