/** What the pages of decide get from the server: nothing of anybody's. All else is in the browser. */
import type { Site } from "../../../ui/site.ts";

export interface PersonPage {
  site: Site;
}

/** What the built pages export (ui/build.ts). */
export interface DecidePages {
  renderMe(page: PersonPage): string;
  renderKeys(page: PersonPage): string;
  renderDecisions(page: PersonPage): string;
  renderReceipts(page: PersonPage): string;
  renderReceipt(page: PersonPage): string;
  renderQuestion(page: PersonPage): string;
  renderLetters(page: PersonPage): string;
  renderWithdraw(page: PersonPage): string;
}
