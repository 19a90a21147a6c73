/** What the built pages of decide export (ui/build.ts). */
import { renderPage } from "../../../ui/layout.tsx";
import { DecisionsPage } from "./decisions-page.tsx";
import { KeysView } from "./keys-page.tsx";
import { LettersPage } from "./letters-page.tsx";
import { MeView } from "./me-page.tsx";
import type { DecidePages } from "./props.ts";
import { QuestionPage } from "./question-page.tsx";
import { ReceiptPage, ReceiptsPage } from "./receipt-page.tsx";
import { WithdrawPage } from "./withdraw-page.tsx";

export const renderMe: DecidePages["renderMe"] = (page) => renderPage(<MeView {...page} />);
export const renderKeys: DecidePages["renderKeys"] = (page) => renderPage(<KeysView {...page} />);
export const renderDecisions: DecidePages["renderDecisions"] = (page) => renderPage(<DecisionsPage {...page} />);
export const renderReceipts: DecidePages["renderReceipts"] = (page) => renderPage(<ReceiptsPage {...page} />);
export const renderReceipt: DecidePages["renderReceipt"] = (page) => renderPage(<ReceiptPage {...page} />);
export const renderQuestion: DecidePages["renderQuestion"] = (page) => renderPage(<QuestionPage {...page} />);
export const renderLetters: DecidePages["renderLetters"] = (page) => renderPage(<LettersPage {...page} />);
export const renderWithdraw: DecidePages["renderWithdraw"] = (page) => renderPage(<WithdrawPage {...page} />);
