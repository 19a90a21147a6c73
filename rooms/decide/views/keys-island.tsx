/** The island of /me/keys. */
import { render } from "preact";
import { KeysApp } from "./keys/app.tsx";

for (const place of document.querySelectorAll<HTMLElement>("[data-keys]")) {
  place.replaceChildren();
  render(<KeysApp />, place);
}
