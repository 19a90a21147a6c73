/** Erasing what a desk holds, and what is erased by itself when its time is over (spec/checking.md, "Floor"). A job that was begun is durable. */
import { FreeholdError } from "@freehold/protocol/errors";
import type { Answers } from "./answers.ts";
import type { Desk } from "./desk.ts";
import type { Erased } from "./taking.ts";
import type { Inbox } from "./inbox.ts";
import { drawerOf, writePapers } from "./papers.ts";
import type { Paper } from "./papers.ts";
import type { Subjects } from "./subjects.ts";

type Job = { subject: string } | { record: string };

export interface Erasures {
  /**
   * Erases one record, or all of a subject, with answers, requests and references. What was never proved is logged first, so that a floor can stand in for it.
   *
   * @returns what was erased; undefined where the register is silent and something has to be logged first: the job is kept, and {@link run} ends it.
   * @throws `unavailable` where the store cannot write: nothing was erased.
   */
  erase(given: Job): Promise<Erased | undefined>;
  /**
   * Ends the jobs that wait, and erases grants `retention` seconds after they expired or were withdrawn here, answered requests and unrecognised records as long after
   * they came, and references that have expired. To be called once a day. Says how many records were erased.
   */
  run(): Promise<number>;
}

/** `retention`: seconds for which the company keeps what has ended, to be able to prove that it was allowed; by its own law. */
export function openErasures(parts: { desk: Desk; answers: Answers; inbox: Inbox; subjects: Subjects; retention: number }): Erasures {
  const { desk, answers, inbox, subjects, retention } = parts;
  const { store, clock, origin } = desk.parts;
  const jobs = drawerOf<Job>(store, "erasure");
  const nameOf = (job: Job) => JSON.stringify(job);

  const papersOf = async (record: string, lock?: string): Promise<Paper[]> => [
    ...(await inbox.forget(record)),
    ...(await answers.forget({ record })),
    ...(lock === undefined ? [] : await answers.forget({ lock })),
  ];

  const finish = async (job: Job): Promise<Erased | undefined> => {
    const decisions = "subject" in job ? await store.decisions("subject", job.subject) : await store.decisions("record", job.record);
    if (decisions.some((one) => one.index === null && one.origin === origin)) {
      try {
        await answers.flush();
      } catch (error) {
        if (error instanceof FreeholdError) return undefined;
        throw error;
      }
    }
    const also: Paper[] = [jobs.drop(nameOf(job))];
    for (const { record, lock } of decisions) also.push(...(await papersOf(record, lock)));
    if ("subject" in job) {
      for (const { record } of await inbox.list({ subject: job.subject })) also.push(...(await papersOf(record)));
      for (const { kid } of await store.kidsOf(job.subject)) if (kid !== null) also.push(...(await answers.forget({ kid })));
      also.push(...(await subjects.forget({ subject: job.subject, now: clock() })));
    } else also.push(...(await papersOf(job.record)));
    return desk.erase({ ...job, also });
  };

  const erase = async (job: Job): Promise<Erased | undefined> => {
    await writePapers(store, [jobs.put(nameOf(job), job)]);
    return finish(job);
  };

  return {
    erase,
    async run() {
      let count = 0;
      const done = (erased: Erased | undefined) => (count += erased?.decisions.length ?? 0);
      for (const { value } of await jobs.list()) done(await finish(value));
      const before = clock() - retention;
      for (const { record } of await store.retired(before)) done(await erase({ record }));
      for (const item of await inbox.list())
        if (item.received <= before && (item.subject === null || (item.state !== "open" && item.state !== "delayed"))) {
          await writePapers(store, await papersOf(item.record));
          count++;
        }
      await writePapers(store, await subjects.forget({ now: clock() }));
      return count;
    },
  };
}
