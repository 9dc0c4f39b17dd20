// What is left until a deadline, by the server's clock: the device's own only measures how long the page is open.
import { elapsed } from "./clock.js";
import { persian, two } from "./persian.js";

export function countdowns() {
  for (const box of document.querySelectorAll("[data-countdown]")) start(box);
}

function start(box) {
  const left = Date.parse(box.dataset.countdown) - Date.parse(box.dataset.now);
  const timer = setInterval(tick, 1000);
  tick();

  function tick() {
    const seconds = Math.floor((left - elapsed()) / 1000);
    if (seconds <= 0) {
      clearInterval(timer);
      box.classList.add("is-over");
      box.querySelector(".label").textContent = box.dataset.over;
      box.querySelector(".cells")?.remove();
      return;
    }
    const units = {
      days: persian(Math.floor(seconds / 86400)),
      hours: persian(Math.floor((seconds % 86400) / 3600)),
      minutes: persian(Math.floor((seconds % 3600) / 60)),
      seconds: two(seconds % 60),
    };
    for (const [name, text] of Object.entries(units)) {
      const cell = box.querySelector(`[data-unit="${name}"]`);
      if (cell && cell.textContent !== text) cell.textContent = text;
    }
  }
}
