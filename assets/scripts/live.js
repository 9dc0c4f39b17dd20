// The live page hears of news by itself, and says honestly when it last did. Without this script it is loaded anew.
import { persian } from "./persian.js";

const PATIENCE = 10000; // milliseconds after which an answer is given up
const SLOWEST = 30; // seconds between two questions while nobody answers

export function live() {
  const box = document.querySelector("[data-live]");
  if (box) watch(box, document.querySelector("[data-live-told]"));
}

function watch(box, told) {
  const every = Number(box.dataset.every);
  let { tag, hour } = box.dataset;
  let failed = 0;
  let timer;

  const tell = (word) => {
    told.classList.toggle("is-off", word !== "hears");
    const text = told.querySelector("[data-live-text]");
    const said = told.dataset[word].replace("{hour}", hour);
    if (text.textContent !== said) text.textContent = said;
  };

  async function ask() {
    clearTimeout(timer);
    if (document.hidden) return tell("rests");
    try {
      const answer = await fetch(box.dataset.live, {
        headers: { "If-None-Match": tag },
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if ([401, 403, 404].includes(answer.status)) return tell("over");
      if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.status);
      if (answer.status === 200) {
        box.innerHTML = await answer.text();
        tag = answer.headers.get("ETag");
      }
      hour = persian(answer.headers.get("Tender-Hour"));
      failed = 0;
      tell("hears");
    } catch {
      failed += 1;
      tell("lost");
    }
    // Apart from each other, so that many readers do not ask in the same instant.
    timer = setTimeout(ask, 1000 * (Math.min(every * 2 ** failed, SLOWEST) + Math.random()));
  }

  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  timer = setTimeout(ask, 1000 * every);
}
