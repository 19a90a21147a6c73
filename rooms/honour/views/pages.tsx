/** What the built pages of companies export (ui/build.ts). */
import type { VNode } from "preact";
import { renderPage } from "../../../ui/layout.tsx";
import { addMessages, inLanguage } from "../../../ui/text.ts";
import type { Language } from "../../../ui/text.ts";
import { ApiView } from "./api-page.tsx";
import { german } from "./de.ts";
import { germanImpact } from "./de-impact.ts";
import { germanPlayground } from "./de-playground.ts";
import { germanPrivacy } from "./de-privacy.ts";
import { DevelopersView } from "./developers-page.tsx";
import { ImpactView } from "./impact-page.tsx";
import { PlaygroundView } from "./playground-page.tsx";
import { PrivacyView } from "./privacy-page.tsx";
import type { HonourPages } from "./props.ts";

addMessages("de", { ...german, ...germanPlayground, ...germanPrivacy, ...germanImpact });

const render = (language: Language, page: VNode) => inLanguage(language, () => renderPage(page));

export const renderDevelopers: HonourPages["renderDevelopers"] = (page) => render(page.language, <DevelopersView {...page} />);
export const renderApi: HonourPages["renderApi"] = (page) => render(page.language, <ApiView {...page} />);
export const renderPlayground: HonourPages["renderPlayground"] = (page) => render(page.language, <PlaygroundView {...page} />);
export const renderPrivacy: HonourPages["renderPrivacy"] = (page) => render(page.language, <PrivacyView {...page} />);
export const renderImpact: HonourPages["renderImpact"] = (page) => render(page.language, <ImpactView {...page} />);
