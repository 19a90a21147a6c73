// Shows what the jobs do while they do it. Without this script the page says the same when it is loaded again.
const lines = document.getElementById("lines");
const source = new EventSource("/live");
source.onmessage = ({ data }) => {
  const said = JSON.parse(data);
  for (const { use, allowed, words, times } of said.answers) {
    const row = document.querySelector(`[data-use="${use}"]`);
    const answer = row.querySelector("[data-answer]");
    answer.textContent = words;
    answer.className = `answer ${allowed ? "yes" : "no"}`;
    row.querySelector("[data-times]").textContent = times;
  }
  lines.replaceChildren(
    ...said.lines.map(({ at, allowed, words }) => {
      const line = document.createElement("li");
      line.className = allowed ? "yes" : "no";
      line.textContent = `${new Date(1000 * at).toISOString().slice(11, 19)} ${words}`;
      return line;
    }),
  );
};
