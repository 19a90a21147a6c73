import fc from "fast-check";
import { expect, test } from "vitest";
import { contactsIn, emailContact, webAddress } from "./contact.ts";

test("an address becomes a contact, marked where it names a person", () => {
  expect(emailContact("Privacy@Example.COM", "rights")).toEqual({ kind: "email", value: "Privacy@example.com", purpose: "rights" });
  expect(emailContact("jane.doe@example.com", "general")).toEqual({ kind: "email", value: "jane.doe@example.com", purpose: "general", person: true });
});

test("a dot at the end, characters that are not seen, and names in letters beyond ASCII are understood", () => {
  expect(emailContact("info@example.com.", "rights")?.value).toBe("info@example.com");
  expect(emailContact("daten\u00adschut\u00adz@example.de", "rights")?.value).toBe("datenschutz@example.de");
  expect(emailContact("datenschutz@günstig.de", "rights")?.value).toBe("datenschutz@xn--gnstig-3ya.de");
});

test.each(["", "privacy", "privacy@", "@example.com", "a@b@example.com", "privacy@localhost", "<script>@example.com", "a b@example.com"])(
  "%s is no address",
  (text) => {
    expect(emailContact(text, "rights")).toBeUndefined();
  },
);

test("a text may name several, none, or a telephone number", () => {
  const values = (text: string): string[] => contactsIn(text, "rights").map(({ kind, value }) => `${kind} ${value}`);
  expect(values("Questions: privacy@example.com; officer: dpo@example.com\\r\\nAttn: Legal")).toEqual(["email privacy@example.com", "email dpo@example.com"]);
  expect(values("https://example.com/a and https://example.com/b.")).toEqual(["form https://example.com/a", "form https://example.com/b"]);
  expect(values("+49 40 881414-777")).toEqual(["phone +49 40 881414-777"]);
  expect(values("(+7 495) 660-70-70")).toEqual(["phone (+7 495) 660-70-70"]);
  expect(values("n/a")).toEqual([]);
  expect(values("a@example.com a@example.com")).toEqual(["email a@example.com"]);
  expect(values("javascript:alert(1)")).toEqual([]);
});

test("an address of the web needs no scheme, and no other than http", () => {
  expect(webAddress("example.com/account")).toBe("https://example.com/account");
  expect(webAddress("HTTP://Example.com")).toBe("http://example.com/");
  for (const text of ["javascript:alert(1)", "data:text/html,x", "https://", "", "https://u:p@example.com/"]) expect(webAddress(text)).toBeUndefined();
});

test("any text gives few and bounded contacts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const found = contactsIn(text, "rights");
      return found.length <= 11 && found.every(({ value }) => value.length <= 2_000);
    }),
  );
  expect(contactsIn("a@b.cc ".repeat(500_000), "rights")).toHaveLength(1);
});
