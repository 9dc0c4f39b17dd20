// A score sheet by keyboard: levels by number, from criterion to criterion, from page to page. Nothing of what is typed
// into a text is taken.
import { ascii } from "./persian.js";

const TEXTS = "textarea, input:not([type=checkbox], [type=radio], [type=hidden]), select, [contenteditable]";

export function shortcuts() {
  show(document.querySelector("[data-tabs] [aria-current]"));
  const form = document.querySelector("form[data-autosave][data-sheet]");
  if (!form) return;
  for (const list of form.querySelectorAll("[data-cell]:not([disabled]) [data-levels]")) offer(list);
  const cells = [...form.querySelectorAll("[data-cell]:not([disabled])")];
  const dialog = document.querySelector("dialog[data-shortcuts]");
  let kind = "points"; // how the last points were given: one goes on in the same way

  form.addEventListener("input", ({ target, isTrusted }) => {
    if (target.matches("[data-points]")) kind = isTrusted ? "points" : "level"; // typed, or written by a level
    press(target.closest("[data-cell]"));
  });
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.altKey || event.metaKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isText = event.target.matches("textarea");
    if (isText ? event.ctrlKey && event.key === "Enter" : event.key === "Enter" && event.target.matches("input")) go(event, cell, 1);
    else if (isText || event.ctrlKey) return;
    else if (step && event.target.matches("[data-points], [data-level]")) go(event, cell, step);
    else if (event.target.matches("[data-level]")) onLevel(event, cell);
  });
  addEventListener("keydown", (event) => {
    const way = { KeyN: "next", KeyP: "previous" }[event.code];
    if (event.altKey && !event.ctrlKey && !event.metaKey && way) {
      const link = document.querySelector(`[data-go=${way}]`);
      if (link) event.preventDefault();
      link?.click();
    } else if (["?", "؟"].includes(event.key) && !event.target.matches?.(TEXTS) && dialog && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
  });

  function go(event, cell, step) {
    event.preventDefault();
    const next = cells[cells.indexOf(cell) + step];
    if (!next) return;
    const level = next.querySelector("[data-level][tabindex='0']");
    const isLevel = event.target.matches("[data-level]") || (kind === "level" && !event.target.matches("[data-points]"));
    (isLevel && level ? level : next.querySelector("[data-points]")).focus();
  }

  function onLevel(event, cell) {
    const levels = [...cell.querySelectorAll("[data-level]")];
    const side = { ArrowLeft: 1, ArrowRight: -1 }[event.key]; // from right to left
    const digit = /^[1-9]$/.test(ascii(event.key)) ? Number(ascii(event.key)) : 0;
    if (side) {
      event.preventDefault();
      rove(levels, levels[levels.indexOf(event.target) + side]);
    } else if (digit && levels[digit - 1]) {
      event.preventDefault();
      levels[digit - 1].click();
    }
  }
}

// Levels are a list to read; here they become buttons that write their points into the field.
function offer(list) {
  const cell = list.closest("[data-cell]");
  const levels = [...list.children].map((item, place) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "level", tabIndex: place ? -1 : 0 });
    button.dataset.level = item.dataset.level;
    delete item.dataset.level;
    const number = document.createElement("kbd");
    number.textContent = "۱۲۳۴۵۶۷۸۹"[place] ?? "";
    button.append(number, " ", ...item.childNodes);
    item.append(button);
    return button;
  });
  for (const button of levels) {
    button.addEventListener("click", () => {
      const points = cell.querySelector("[data-points]");
      points.value = button.querySelector("b").textContent;
      rove(levels, button);
      points.dispatchEvent(new Event("input", { bubbles: true }));
      points.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  press(cell);
}

function rove(levels, to) {
  if (!to) return;
  for (const level of levels) level.tabIndex = level === to ? 0 : -1;
  to.focus();
}

// Mark the level whose points stand in the field.
function press(cell) {
  const points = cell?.querySelector("[data-points]");
  if (!points) return;
  const given = points.value.trim() ? Number(ascii(points.value).replace(/[٫/]/, ".")) : NaN;
  for (const level of cell.querySelectorAll("button[data-level]")) {
    level.setAttribute("aria-pressed", String(Number(level.dataset.level) === given));
  }
}

// Bring one's own tab into sight; the page itself stays where it is.
function show(tab) {
  const strip = tab?.closest("ul");
  if (!strip) return;
  const [own, all] = [tab, strip].map((place) => place.getBoundingClientRect());
  strip.scrollLeft += (own.left + own.right - all.left - all.right) / 2;
}
