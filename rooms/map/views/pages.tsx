/** What the built pages of the map export (ui/build.ts). */
import { renderPage } from "../../../ui/layout.tsx";
import { CompaniesView } from "./companies-page.tsx";
import { CompanyView } from "./company-page.tsx";
import { CompareView } from "./compare-page.tsx";
import { ExploreView } from "./explore-page.tsx";
import { HomeView } from "./home-page.tsx";
import { MethodologyView } from "./methodology-page.tsx";
import { OverviewsView } from "./overview-page.tsx";
import type { MapPages } from "./props.ts";
import { SiteView } from "./site-page.tsx";
import { SourcesView } from "./sources-page.tsx";

export const renderHome: MapPages["renderHome"] = (page) => renderPage(<HomeView {...page} />);
export const renderCompanies: MapPages["renderCompanies"] = (page) => renderPage(<CompaniesView {...page} />);
export const renderCompany: MapPages["renderCompany"] = (page) => renderPage(<CompanyView {...page} />);
export const renderCompare: MapPages["renderCompare"] = (page) => renderPage(<CompareView {...page} />);
export const renderSite: MapPages["renderSite"] = (page) => renderPage(<SiteView {...page} />);
export const renderExplore: MapPages["renderExplore"] = (page) => renderPage(<ExploreView {...page} />);
export const renderSources: MapPages["renderSources"] = (page) => renderPage(<SourcesView {...page} />);
export const renderMethodology: MapPages["renderMethodology"] = (page) => renderPage(<MethodologyView {...page} />);
export const renderOverviews: MapPages["renderOverviews"] = (page) => renderPage(<OverviewsView {...page} />);
