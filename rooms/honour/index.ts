/** What the server and other rooms may use of honour. */
export { COMPANIES_FILE, openCompaniesStore } from "./store.ts";
export type { CompaniesStore } from "./store.ts";
export { openPublications } from "./publications.ts";
export type { Publications } from "./publications.ts";
export { reach } from "./reach.ts";
export type { Reach } from "./reach.ts";
export { createWebhooks } from "./webhooks.ts";
export type { Webhooks } from "./webhooks.ts";
