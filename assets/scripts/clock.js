// The server's clock: what passed since its instant in the page, and by how much the device's own clock differs from it.
import { ascii, persian, two } from "./persian.js";

const FEW = 5000; // a difference of so many milliseconds misleads nobody
const DAY = 86400;
const read = { device: Date.now(), open: performance.now() };
const asked = performance.getEntriesByType("navigation")[0];
const answered = asked?.responseStart || read.open;

// Milliseconds since the server answered. A device that slept may have stopped the one clock, and never the other.
export const elapsed = () =>
  Math.max(performance.now() - answered, Date.now() - read.device + read.open - answered);

export function deviceClock() {
  for (const box of document.querySelectorAll("[data-device-clock]")) {
    compare(box);
    tick(box.querySelector("[data-ticks]"));
  }
}

// The server read its clock after it was asked and before it answered: what lies outside is the device's own error.
function compare(box) {
  const told = box.querySelector("[data-told]");
  const server = Date.parse(box.dataset.deviceClock);
  const ahead = read.device - read.open + (asked?.requestStart || read.open) - server;
  const behind = server - (read.device - read.open + answered);
  const words = ahead > FEW ? box.dataset.ahead : behind > FEW ? box.dataset.behind : box.dataset.same;
  box.classList.toggle("is-off", Math.max(ahead, behind) > FEW);
  told.textContent = words.replace("{span}", span(Math.max(ahead, behind), box.dataset.units.split(" ")));
}

function span(milliseconds, [days, hours, minutes, seconds]) {
  const long = Math.round(milliseconds / 1000);
  for (const [unit, name] of [[DAY, days], [3600, hours], [60, minutes]])
    if (long >= unit) return `${persian(Math.round(long / unit))} ${name}`;
  return `${persian(long)} ${seconds}`;
}

// The hour is Tehran's because the server wrote it: no zone is asked of the device.
function tick(shown) {
  const [hour, minute, second] = ascii(shown.textContent).split(":").map(Number);
  const first = hour * 3600 + minute * 60 + second;
  const show = () => {
    const at = (first + Math.floor(elapsed() / 1000)) % DAY;
    shown.textContent = [at / 3600, (at % 3600) / 60, at % 60].map((part) => two(Math.floor(part))).join(":");
  };
  show();
  setInterval(show, 1000);
}
