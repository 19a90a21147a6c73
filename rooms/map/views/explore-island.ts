/**
 * The table of /explore. Only the rows in the window are in the document, in the order in which they are read, so that the tab
 * key goes through them as if all were there. The question is in the URL: a link to the page is a link to the answer.
 */
import { paths } from "../../../ui/paths.ts";
import { STATES } from "../explore-schema.ts";
import type { ExploreData } from "../explore-schema.ts";
import { COLUMNS, prepare, readQuestion, select, windowOf, writeQuestion } from "./explore.ts";
import type { ColumnName, Question, Rows } from "./explore.ts";
import type { ExploreTask } from "./explore-page.tsx";

/** Rows above and below the window: a turn of the wheel finds them there. */
const SPARE = 12;
/** Before the URL is written: browsers refuse hundreds of writes a minute. */
const SETTLED = 250;

const place = document.querySelector<HTMLElement>("[data-explore]");
if (place !== null) void start(place, JSON.parse(place.dataset["explore"]!) as ExploreTask);

async function start(place: HTMLElement, task: ExploreTask): Promise<void> {
  place.hidden = false;
  const find = <E extends Element>(selector: string) => place.querySelector<E>(selector)!;
  const status = find<HTMLElement>(".explore-count");
  try {
    const response = await fetch(task.data);
    if (!response.ok) throw new Error(String(response.status));
    explore(place, find, (await response.json()) as ExploreData, task);
  } catch {
    status.textContent = task.words.failed;
  }
}

function explore(place: HTMLElement, find: <E extends Element>(selector: string) => E, data: ExploreData, { sources, words }: ExploreTask): void {
  const { lang } = document.documentElement;
  const figures = new Intl.NumberFormat(lang === "en" ? "en-GB" : lang);
  const days = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeZone: "UTC" });
  const regions = new Intl.DisplayNames(lang, { type: "region", fallback: "code" });
  const rows = prepare(data, { country: (code) => (/^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code), source: (id) => sources[id] ?? id });

  const form = find<HTMLFormElement>("form");
  const scroller = find<HTMLElement>(".explore-scroll");
  const table = find<HTMLElement>("[role=table]");
  const body = find<HTMLElement>(".explore-body");
  const status = find<HTMLElement>(".explore-count");
  const none = find<HTMLElement>(".explore-none");
  const csv = find<HTMLAnchorElement>(".explore-csv");
  const heads = [...place.querySelectorAll<HTMLElement>("[role=columnheader]")];

  let question = readQuestion(location.search);
  let found: Uint32Array = new Uint32Array();
  /** Rows in the document, and the place in `found` of the first of them. */
  let drawn: HTMLElement[] = [];
  let first = 0;
  let rowHeight = 32;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let asked = false;

  const cells = cellsOf(rows, { words, figures, days });

  function fill(element: HTMLElement, at: number): void {
    const row = found[at]!;
    element.setAttribute("aria-rowindex", String(at + 2));
    const link = element.firstElementChild!.firstElementChild as HTMLAnchorElement;
    link.href = paths.company(rows.idOf(row));
    link.textContent = data.names[row]!;
    link.title = data.names[row]!;
    for (const [i, cell] of cells.entries()) {
      const { text, known } = cell(row);
      const box = element.children[i + 1] as HTMLElement;
      box.textContent = text;
      box.title = text;
      box.classList.toggle("unknown", !known);
    }
  }

  /** Draws the window. `anew`: the answer is another one, so every row is written again. */
  function draw(anew: boolean): void {
    asked = false;
    const [from, end] = windowOf(found.length, { top: scroller.scrollTop, height: scroller.clientHeight, rowHeight, spare: SPARE });
    const count = Math.max(0, end - from);
    while (drawn.length < count) drawn.push(body.appendChild(emptyRow()));
    while (drawn.length > count) letGo(drawn.pop()!).remove();
    const shift = anew ? count : from - first;
    first = from;
    if (Math.abs(shift) >= count) {
      drawn.forEach((element, i) => fill(letGo(element), from + i));
    } else {
      // What left on one side comes back on the other; all others stay as they are.
      for (let i = 0; i < shift; i++) {
        const element = letGo(drawn.shift()!);
        fill(element, from + count - shift + i);
        drawn.push(body.appendChild(element));
      }
      for (let i = 0; i < -shift; i++) {
        const element = letGo(drawn.pop()!);
        fill(element, from - shift - 1 - i);
        body.insertBefore(element, drawn[0] ?? null);
        drawn.unshift(element);
      }
      // The last window may have been shorter, with rows at its end that were never written.
      drawn.forEach((element, i) => element.getAttribute("aria-rowindex") !== String(from + i + 2) && fill(element, from + i));
    }
    body.style.paddingTop = `${from * rowHeight}px`;
    body.style.height = `${found.length * rowHeight}px`;
  }

  /** The focus of a row that leaves goes to the table: lost, it would be at the top of the page. */
  function letGo(element: HTMLElement): HTMLElement {
    if (element.contains(document.activeElement)) scroller.focus({ preventScroll: true });
    return element;
  }

  function answer(top = 0): void {
    found = select(rows, question);
    status.textContent = words.count.replace("{n}", figures.format(found.length)).replace("{m}", figures.format(rows.size));
    table.setAttribute("aria-rowcount", String(found.length + 1));
    none.hidden = found.length > 0;
    csv.href = `${paths.companiesCsv({})}${writeQuestion(question, true)}`;
    for (const head of heads) {
      const sorted = head.dataset["column"] === question.sort;
      head.setAttribute("aria-sort", sorted ? (question.descending ? "descending" : "ascending") : "none");
    }
    body.style.height = `${found.length * rowHeight}px`;
    scroller.scrollTop = top;
    draw(true);
  }

  function ask(change: Partial<Question>): void {
    question = { ...question, ...change };
    answer();
    settle();
  }

  function settle(): void {
    clearTimeout(settling);
    settling = setTimeout(remember, SETTLED);
  }

  /** The question into the URL, and how far one has scrolled beside it, for whoever comes back. */
  function remember(): void {
    clearTimeout(settling);
    history.replaceState({ top: scroller.scrollTop }, "", `${location.pathname}${writeQuestion(question)}`);
  }

  function show(): void {
    for (const [name, value] of Object.entries(question)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = String(value);
    }
    const { top } = (history.state ?? {}) as { top?: unknown };
    answer(typeof top === "number" ? top : 0);
  }

  function measure(): void {
    const height = drawn[0]?.getBoundingClientRect().height;
    if (height !== undefined && height > 0 && height !== rowHeight) {
      rowHeight = height;
      draw(true);
    } else draw(false);
  }

  choices(form, "country", data.countries.values, data.countries.at, (code) => [code], rows.words.country);
  choices(
    form,
    "sector",
    data.sectors.values,
    data.sectors.at,
    (list) => list,
    (word) => word,
  );
  choices(form, "source", data.sources.values, data.sources.at, (list) => list, rows.words.source);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    const asking = new FormData(form);
    const text = (name: string) => (asking.get(name) as string | null) ?? "";
    ask({ q: text("q"), country: text("country"), sector: text("sector"), source: text("source"), has: readQuestion(`?has=${text("has")}`).has });
  });
  for (const head of heads) {
    head.querySelector("button")!.addEventListener("click", () => {
      const sort = head.dataset["column"] as ColumnName;
      // Most come to see the most of something; names and words begin at A.
      const descending = sort === question.sort ? !question.descending : ["consent", "interest", "retention", "cookie", "sites", "newest"].includes(sort);
      ask({ sort, descending });
    });
  }
  scroller.addEventListener(
    "scroll",
    () => {
      settle();
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => draw(false));
    },
    { passive: true },
  );
  // From a name, the arrows go to the next: as in a list.
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = drawn.findIndex((element) => element.contains(event.target as Node));
    const link = step === undefined || at < 0 ? null : drawn[at + step]?.querySelector("a");
    if (link == null) return;
    event.preventDefault();
    link.focus();
  });
  body.addEventListener("click", remember);
  addEventListener("popstate", () => {
    question = readQuestion(location.search);
    show();
  });
  new ResizeObserver(measure).observe(scroller);
  show();
  measure();
}

function emptyRow(): HTMLElement {
  const row = document.createElement("div");
  row.className = "explore-row";
  row.setAttribute("role", "row");
  for (const column of COLUMNS) {
    const cell = document.createElement("div");
    cell.setAttribute("role", column === "name" ? "rowheader" : "cell");
    cell.dataset["column"] = column;
    if (column === "name") cell.append(document.createElement("a"));
    row.append(cell);
  }
  return row;
}

type Cell = { text: string; known: boolean };

/** What stands in the columns after the name. */
function cellsOf(
  rows: Rows,
  { words, figures, days }: { words: ExploreTask["words"]; figures: Intl.NumberFormat; days: Intl.DateTimeFormat },
): ((row: number) => Cell)[] {
  const { data } = rows;
  const known = (text: string): Cell => ({ text, known: true });
  const notStated: Cell = { text: words.notStated, known: false };
  const unknown: Cell = { text: words.unknown, known: false };
  const countries = data.countries.values.map((code) => known(rows.words.country(code)));
  const sectors = data.sectors.values.map((list) => known(list.join(", ")));
  const sources = data.sources.values.map((list) => known(list.map(rows.words.source).join(", ")));
  const newest = data.newest.values.map((day) => days.format(Date.parse(day) || 0));
  const count = (values: readonly (number | null)[], none: Cell) => (row: number) => (values[row] == null ? none : known(figures.format(values[row])));
  const life = (values: readonly (number | null)[], session: boolean) => (row: number) => {
    const value = values[row];
    if (value == null) return (data.states[row]! & STATES.declared) === 0 ? unknown : notStated;
    return known(value === 0 && session ? words.session : (value === 1 ? words.day : words.days).replace("{n}", figures.format(value)));
  };
  return [
    (row) => countries[data.countries.at[row]!] ?? notStated,
    (row) => sectors[data.sectors.at[row]!] ?? notStated,
    (row) => sources[data.sources.at[row]!] ?? unknown,
    count(data.consent, unknown),
    count(data.legitimateInterest, unknown),
    life(data.retention, false),
    life(data.cookie, true),
    count(data.sites, { text: words.unseen, known: false }),
    (row) => known(`${newest[data.newest.at[row]!] ?? ""}${(data.states[row]! & STATES.stale) === 0 ? "" : `, ${words.stale}`}`),
  ];
}

/** The choices of a filter, the most frequent first; how many organisations each has. */
function choices<T>(
  form: HTMLFormElement,
  name: string,
  values: readonly T[],
  at: readonly number[],
  each: (value: T) => readonly string[],
  word: (one: string) => string,
): void {
  const counts = new Map<string, number>();
  for (const place of at) if (place >= 0) for (const one of each(values[place]!)) counts.set(one, (counts.get(one) ?? 0) + 1);
  const select = form.elements.namedItem(name) as HTMLSelectElement;
  for (const [value, count] of [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 400)) {
    select.append(new Option(`${word(value)} (${count})`, value));
  }
}
