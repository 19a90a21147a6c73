/** The island of /me. */
import { render } from "preact";
import { SittingApp } from "./sitting/app.tsx";

for (const place of document.querySelectorAll<HTMLElement>("[data-me]")) {
  place.replaceChildren();
  render(<SittingApp />, place);
}
