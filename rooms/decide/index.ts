/** What the server and other rooms may use of decide. */
export { eraseIdleCopies } from "./erasure.ts";
export { PEOPLE_FILE, openPeopleStore } from "./store.ts";
export type { PeopleStore } from "./store.ts";
