/** What the server's bundle exports (ui/build.ts). */
import { renderPage } from "../../ui/layout.tsx";
import { EntryView } from "./entry-page.tsx";
import { LogView } from "./log-page.tsx";
import { ProblemView } from "./problem-page.tsx";
import type { Pages } from "./props.ts";
import { SearchView } from "./search-page.tsx";

export const renderLog: Pages["renderLog"] = (page) => renderPage(<LogView {...page} />);
export const renderEntry: Pages["renderEntry"] = (page) => renderPage(<EntryView {...page} />);
export const renderSearch: Pages["renderSearch"] = (page) => renderPage(<SearchView {...page} />);
export const renderProblem: Pages["renderProblem"] = (page) => renderPage(<ProblemView {...page} />);
