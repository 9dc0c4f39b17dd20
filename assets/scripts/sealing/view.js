// What the page shows of sealing and sending, and where a fault stands.
import { grouped, persian } from "../persian.js";

const UNITS = ["کیلوبایت", "مگابایت", "گیگابایت"];
const SIGN_IN = "ورود در زبانه تازه";

export function size(bytes) {
  if (bytes < 1024) return `${grouped(bytes)} بایت`;
  let amount = bytes / 1024;
  let unit = 0;
  for (; amount >= 1024 && unit < UNITS.length - 1; unit += 1) amount /= 1024;
  return `${persian(amount.toFixed(amount >= 10 ? 0 : 1).replace(/\.0$/, "")).replace(".", "٫")} ${UNITS[unit]}`;
}

// The panel of one envelope's sealing: a sentence that is read aloud when it changes, a bar, and buttons.
export class Panel {
  constructor(box) {
    this.box = box;
    this.find = (name) => box.querySelector(`[data-sealing-${name}]`);
    this.said = "";
  }

  // `kind` is "work", "warn", "error" or "done"; `acts` are the names of the buttons that are shown.
  show(text, { kind = "work", acts = [], focus = false } = {}) {
    this.box.hidden = false;
    this.box.dataset.kind = kind;
    if (text !== this.said) this.find("said").replaceChildren(text);
    this.said = text;
    for (const button of this.box.querySelectorAll("button")) button.hidden = !acts.includes(button.dataset.act);
    if (focus) this.box.focus();
  }

  // `session`: where to sign in again.
  linkTo(address) {
    const link = Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "noopener" });
    link.textContent = SIGN_IN;
    this.find("said").append(" ", link);
  }

  measure(done, whole, detail = "") {
    const bar = this.find("bar");
    bar.hidden = this.find("detail").hidden = false;
    bar.value = whole ? Math.min(done / whole, 1) : 0;
    this.find("detail").textContent = detail;
  }

  unmeasured() {
    this.find("bar").hidden = this.find("detail").hidden = true;
  }

  hide() {
    this.box.hidden = true;
    this.said = "";
  }

  on(act, run) {
    this.box.querySelector(`[data-act=${act}]`).addEventListener("click", run);
  }
}

export const percent = (done, whole) => `${persian(whole ? Math.min(Math.floor((100 * done) / whole), 100) : 0)}٪`;

// Show faults as the server's page would: a summary above everything, and each beside its field.
export function showProblems(form, problems, labels, title = "") {
  clearProblems(form);
  if (!problems.length) return;
  const summary = Object.assign(document.createElement("div"), { className: "error-summary", tabIndex: -1 });
  summary.setAttribute("role", "alert");
  const head = document.createElement("h2");
  head.textContent = title || `هنوز پذیرفته نشد؛ ${persian(problems.length)} مورد را درست کنید`;
  const list = document.createElement("ul");
  for (const [id, message] of problems) {
    const item = document.createElement("li");
    const link = id ? Object.assign(document.createElement("a"), { href: `#${id}`, textContent: message }) : message;
    item.append(link);
    list.append(item);
    if (id) mark(form, id, labels[id] ? message.replace(`${labels[id]}: `, "") : message);
  }
  summary.append(head, list);
  document.querySelector(".page-head").before(summary);
  summary.focus();
}

export function clearProblems(form) {
  if (!form) return;
  for (const told of document.querySelectorAll(".error-summary, form[data-sealing] .field-error")) told.remove();
  for (const bad of form.querySelectorAll(".is-bad")) bad.classList.remove("is-bad");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function mark(form, id, message) {
  const field = document.getElementById(id);
  if (!field) return;
  const place = field.closest("td > *") ?? field.closest(".field");
  (field.closest("tr") ?? place).classList.add("is-bad");
  field.setAttribute("aria-invalid", "true");
  field.closest("details")?.setAttribute("open", "");
  const known = document.getElementById(`${id}-error`);
  if (known) {
    known.append(` ${message}`);
    return;
  }
  const told = Object.assign(document.createElement("span"), { className: "field-error", id: `${id}-error` });
  told.append(form.querySelector("template[data-alert]").content.cloneNode(true), ` ${message}`);
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== told.id);
  field.setAttribute("aria-describedby", [told.id, ...described].join(" "));
  place.append(told);
}
