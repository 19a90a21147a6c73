/** Contacts as sources write them, in the one form that the map has. */
import type { Contact } from "../schema.ts";
import { looksPersonal } from "./person.ts";
import { cleanText, emailOf, urlOf } from "./read.ts";

/** How many addresses of one text are taken. */
const MAX_FOUND = 5;

/**
 * An e-mail address as a contact, marked where it looks as if it named a person; undefined where the text is no address. Characters
 * that are not seen and a dot at the end are forgiven.
 *
 * @example
 * ```ts
 * emailContact("Privacy@Example.COM", "rights"); // { kind: "email", value: "Privacy@example.com", purpose: "rights" }
 * ```
 */
export function emailContact(text: string, purpose: Contact["purpose"]): Contact | undefined {
  const [, local = "", domain = ""] = /^(.*)@([^@]*?)\.?$/.exec(cleanText(text, 400)) ?? [];
  // The domain as the name system has it: `günstig.de` is `xn--gnstig-3ya.de`.
  const value = emailOf(`${local}@${URL.canParse(`https://${domain}`) ? new URL(`https://${domain}`).hostname : domain}`);
  return value === undefined ? undefined : { kind: "email", value, purpose, ...(looksPersonal(value) && { person: true }) };
}

/**
 * The contacts that a free text names: e-mail addresses and links, and a telephone number where the text is nothing else. A text
 * such as `n/a` names none.
 */
export function contactsIn(text: string, purpose: Contact["purpose"]): Contact[] {
  const plain = cleanText(text.replaceAll(/\\[rnt]/g, " "), 2000);
  const links = (plain.match(/\bhttps?:\/\/[^\s<>"]{1,1000}/gi) ?? []).slice(0, MAX_FOUND).map((link) => urlOf(link.replace(/[.,;]$/, "")));
  const emails = (plain.match(/[^\s@:;,<>()"]{1,64}@[a-z0-9.-]{1,255}/gi) ?? []).slice(0, MAX_FOUND).map((email) => emailContact(email, purpose));
  const phones = /^[+(\d][\d +()./-]{6,29}$/.test(plain) ? [plain] : [];
  return distinct([
    ...emails.filter((contact) => contact !== undefined),
    ...links.filter((link) => link !== undefined).map((value): Contact => ({ kind: "form", value, purpose })),
    ...phones.map((value): Contact => ({ kind: "phone", value, purpose })),
  ]);
}

/** An address of the web, also where a source left out `https://`. */
export function webAddress(text: string): string | undefined {
  const plain = text.trim();
  return urlOf(/^[a-z][a-z0-9+.-]*:/i.test(plain) ? plain : `https://${plain}`);
}

function distinct(contacts: Contact[]): Contact[] {
  return contacts.filter((contact, i) => contacts.findIndex((other) => other.kind === contact.kind && other.value === contact.value) === i);
}
