/** What is said of companies that have joined, made from their publications. */
import { published, mailboxOf } from "./rules.ts";
import type { Publications } from "./publications.ts";
import type { CompanyAnswer, JoinedCompany, NoticeBody } from "./schema.ts";

/** A receipt takes no more claims. */
const MAX_CLAIMS = 4;

/** What one company has claimed and published; undefined where it has not joined. */
export function companyOf(publications: Publications, controller: string): CompanyAnswer | undefined {
  const standing = publications.standing(controller);
  if (standing === undefined) return undefined;
  const { name, keys, deliver, withdraw, contact, mailbox } = standing.claim.body;
  const notices = published(publications.chains(controller, "notice"), "notice").flatMap((one) => {
    const body = publications.read(one.sha256)?.body as NoticeBody | undefined;
    return body === undefined ? [] : [{ ...listed(one), language: body.language, title: body.title }];
  });
  return {
    controller,
    name,
    claim: standing.sha256,
    keys,
    ...(deliver !== undefined && { deliver }),
    ...(withdraw !== undefined && { withdraw }),
    ...(contact !== undefined && { contact }),
    ...(mailbox !== undefined && { mailbox: { id: mailboxOf(controller), key: mailbox } }),
    claims: published(publications.chains(controller, "claim"), "claim").map(listed),
    notices,
  };
}

/** All that have joined, in the order of their ids, as far as their claims are published in a log of this size. */
export function joinedCompanies(
  publications: Publications,
  { size, organisationOf }: { size: number; organisationOf: (host: string) => string | null },
): JoinedCompany[] {
  return publications.authors().flatMap((controller) => {
    const chain = (publications.chains(controller, "claim")[0]?.links ?? []).filter(({ index }) => index < size).slice(-MAX_CLAIMS);
    const newest = chain.at(-1);
    const claim = newest && publications.read(newest.sha256);
    if (claim === undefined) return [];
    const claims = chain.flatMap(({ sha256, index }) => {
      const document = publications.text(sha256);
      return document === undefined ? [] : [{ document, index }];
    });
    const { name } = claim.body as { name: string };
    return [{ controller, name, organisation: organisationOf(new URL(controller).hostname), claims }];
  });
}

/** Without what the store has beside it: author and type. */
function listed({ sha256, index, issued, predecessor, standing, aside }: CompanyAnswer["claims"][number]): CompanyAnswer["claims"][number] {
  return { sha256, index, issued, predecessor, standing, ...(aside !== undefined && { aside }) };
}
