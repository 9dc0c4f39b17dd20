// Saves each cell of a score sheet while one types. What could not be sent waits in this device until it can: a lost
// line, a session that ended, a page closed too early. Nothing newer is overwritten without being asked.
import { ascii, persian } from "./persian.js";
import { count, drop, forget, forgetAll, keep, kept, left } from "./waiting.js";

const PAUSE = 700;
const FIRST = 2_000; // until a failed sending is tried again; twice as long each time
const LAST = 60_000;
const PATIENCE = 5_000;
const SLOWEST = 20_000;
const TEXT = {
  saving: "در حال ذخیره…",
  saved: (hour) => `ذخیره شد، ساعت ${hour}`,
  offline: "خط قطع است؛ نوشته‌ها در همین دستگاه ماند و خودکار فرستاده می‌شود.",
  ended: "نشست شما پایان یافت؛ نوشته‌ها در همین دستگاه ماند. وارد شوید تا فرستاده شود.",
  signIn: "ورود در زبانه تازه",
  refused: "ذخیره نشد؛ پیام کنار معیار را ببینید.",
  strays: "نوشته‌ای از صفحه‌ای دیگر هنوز ذخیره نشده است؛ آن صفحه را باز کنید.",
  open: "باز کردن آن صفحه",
  waiting: (n) => `${persian(n)} نوشته هنوز به سامانه نرسیده و در همین دستگاه مانده است؛ صفحه پیشنهاد را باز بگذارید تا فرستاده شود.`,
  leaving: (n) => `${persian(n)} نوشته هنوز به سامانه نرسیده است و با خروج از این دستگاه پاک می‌شود. خارج می‌شوید؟`,
  here: "نوشته من در این صفحه",
  there: "آنچه جای دیگری ذخیره شد",
  theirs: "پذیرفتن مقدار تازه",
  mine: "گذاشتن نوشته من",
};
const STATE = {
  saving: "در حال ذخیره…",
  saved: "ذخیره شد",
  again: "ذخیره نشد، دوباره می‌کوشیم",
  refused: "ذخیره نشد",
  asked: "دو نوشته هست؛ یکی را برگزینید",
};

export function autosave() {
  for (const closed of document.querySelectorAll("[data-sheet-closed]")) forgetAll(closed.dataset.sheetClosed);
  for (const form of document.querySelectorAll("form[data-autosave][data-sheet]:not([data-sheet-closed])")) watch(form);
  for (const place of document.querySelectorAll("[data-waiting]")) tellWaiting(place);
  for (const form of document.querySelectorAll("form[action='/logout']")) leaveNothing(form);
}

function watch(form) {
  const { sheet, autosave: base } = form.dataset;
  const said = document.querySelector("[data-saved-text]");
  const [trouble, well] = ["trouble", "well"].map((name) => form.querySelector(`[data-${name}]`));
  const cells = [...form.querySelectorAll("[data-cell]:not([disabled])")].map(cellOf);
  let strays = []; // what pages that are closed left behind
  let pumping;
  let wait = FIRST;
  let timer;
  for (const told of document.querySelectorAll("[data-auto]")) told.hidden = false;

  for (const cell of cells) {
    cell.place.addEventListener("input", () => {
      if (cell.conflict === "refused") clear(cell);
      keep(sheet, cell.path, typed(cell));
      hints(cell);
      cell.showMine?.();
      clearTimeout(cell.timer);
      cell.timer = setTimeout(() => due(cell), PAUSE);
    });
    cell.place.addEventListener("change", () => due(cell));
  }
  addEventListener("online", now);
  addEventListener("focus", now);
  form.addEventListener("submit", afterSaving);
  adopt();

  function cellOf(place) {
    const find = (name) => place.querySelector(`[data-${name}]`);
    return {
      place,
      path: place.dataset.path,
      points: find("points"),
      reason: find("reason"),
      pages: find("pages"),
      edition: find("edition"),
      fault: find("cell-fault"),
      state: find("cell-state"),
    };
  }

  function typed(cell) {
    return { points: cell.points.value, reason: cell.reason.value, edition: cell.edition.value, pages: cell.pages?.value ?? "" };
  }

  function put(cell, value) {
    cell.points.value = value.points;
    cell.reason.value = value.reason;
    cell.edition.value = value.edition;
    if (cell.pages) cell.pages.value = value.pages ?? "";
    if (value.anchors) anchors(cell, value.anchors);
    hints(cell);
  }

  function due(cell) {
    clearTimeout(cell.timer);
    cell.timer = undefined;
    if (kept(sheet, cell.path)) pump();
  }

  function now() {
    wait = FIRST;
    pump();
  }

  // One after another, the oldest page's leavings last; the first failure ends the round, and another begins later.
  function pump() {
    pumping ??= round().finally(() => {
      pumping = undefined;
    });
    return pumping;
  }

  async function round() {
    clearTimeout(timer);
    const ready = () => cells.find((cell) => !cell.timer && !cell.conflict && kept(sheet, cell.path));
    for (let next = ready(); next; next = ready()) {
      if (!(await send(next))) return later();
    }
    for (const stray of [...strays]) {
      if (!(await sendStray(stray))) return later();
    }
    wait = FIRST;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(pump, wait * (0.75 + Math.random() / 2));
    wait = Math.min(2 * wait, LAST);
  }

  async function send(cell) {
    const waiting = kept(sheet, cell.path);
    state(cell, "saving");
    tell(TEXT.saving);
    const answer = await sent(cell.path, JSON.parse(waiting));
    if (answer) settle(cell, waiting, answer.status, await answer.json());
    else state(cell, "again");
    return Boolean(answer);
  }

  // Return the server's word, or nothing where there was none; what the page says then is told here.
  async function sent(path, value) {
    let answer;
    try {
      answer = await post(path, value);
      if ([400, 401].includes(answer.status) && (await renewed())) answer = await post(path, value);
    } catch {
      tell(TEXT.offline, true);
      return null;
    }
    if ([400, 401].includes(answer.status)) tellEnded();
    else if (answer.status === 429 || answer.status >= 500) tell(TEXT.offline, true);
    else return answer;
    return null;
  }

  function post(path, { points, reason, edition, pages }) {
    const body = new URLSearchParams({ points, reason, edition, pages: pages ?? "", csrf_token: form.elements.csrf_token.value });
    const signal = AbortSignal.timeout(SLOWEST);
    return fetch(`${base}/${path}`, { method: "POST", body, signal, headers: { Accept: "application/json" } });
  }

  // After signing in again in another tab, this page's token is of the old session: take a new one.
  async function renewed() {
    const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("form[data-sheet] [name=csrf_token]")?.value;
    if (!token) return false;
    form.elements.csrf_token.value = token;
    return true;
  }

  function settle(cell, waiting, status, answer) {
    cell.conflict = undefined;
    if (status === 200) {
      cell.edition.value = answer.edition;
      if (kept(sheet, cell.path) === waiting) {
        forget(sheet, cell.path);
        if (cell.points !== document.activeElement) cell.points.value = answer.points;
        if (cell.pages && cell.pages !== document.activeElement) cell.pages.value = answer.pages;
        state(cell, "saved");
      } else keep(sheet, cell.path, typed(cell));
      cell.place.toggleAttribute("data-whole", answer.is_whole);
      anchors(cell, answer.anchors);
      clear(cell);
      tell(TEXT.saved(answer.saved));
      progress(answer);
    } else {
      tell(TEXT.refused, true);
      fault(cell, answer.reason);
      state(cell, "refused");
      if (answer.newer && String(answer.newer.edition) !== cell.edition.value) ask(cell, answer.newer);
      else cell.conflict = "refused";
    }
  }

  // Both texts side by side; nothing is sent of this cell until one of them is chosen.
  function ask(cell, newer) {
    cell.conflict = "newer";
    state(cell, "asked");
    const mine = column(TEXT.here, TEXT.mine, () => {
      cell.edition.value = newer.edition;
      keep(sheet, cell.path, typed(cell));
      clear(cell);
      cell.points.focus();
      pump();
    });
    const theirs = column(`${TEXT.there} (${newer.saved})`, TEXT.theirs, () => {
      put(cell, newer);
      forget(sheet, cell.path);
      clear(cell);
      state(cell, "saved");
      cell.points.focus();
    });
    cell.showMine = () => show(mine, typed(cell));
    cell.showMine();
    show(theirs, newer);
    const both = cell.place.querySelector("[data-both]");
    both.replaceChildren(mine, theirs);
    both.hidden = false;
  }

  function column(title, label, act) {
    const made = element("div", { className: "both-side", role: "group", ariaLabel: title });
    const button = element("button", { type: "button", className: "btn btn-quiet", textContent: label });
    button.addEventListener("click", act);
    made.append(element("h4", { className: "h6", textContent: title }), element("p", {}), button);
    return made;
  }

  function show(side, { points, reason, pages }) {
    const figure = element("b", { textContent: points ? persian(points) : "—" });
    const rest = [reason || "—", pages].filter(Boolean).join(" · ");
    side.querySelector("p").replaceChildren(figure, `: ${rest}`);
  }

  function clear(cell) {
    cell.conflict = undefined;
    cell.showMine = undefined;
    fault(cell, "");
    const both = cell.place.querySelector("[data-both]");
    both.hidden = true;
    both.replaceChildren();
  }

  function fault(cell, text) {
    cell.fault.textContent = text;
    cell.fault.hidden = !text;
    cell.place.classList.toggle("is-bad", Boolean(text));
    cell.points.setAttribute("aria-invalid", String(Boolean(text)));
    cell.place.querySelector("[data-told]")?.remove(); // what the server said of an earlier value
  }

  function state(cell, kind) {
    cell.state.textContent = STATE[kind];
    cell.state.dataset.kind = kind;
  }

  function hints(cell) {
    const points = cell.points.value.trim() ? Number(ascii(cell.points.value).replace(/[٫/]/, ".")) : NaN;
    const { top, least } = cell.place.dataset;
    const bare = (points === 0 || points === Number(top)) && !cell.reason.value.trim();
    cell.place.querySelector("[data-bare-end]").hidden = !bare;
    cell.place.querySelector("[data-under-least]").hidden = !(least && points < Number(least));
  }

  function anchors(cell, found) {
    const list = cell.place.querySelector("[data-anchors]");
    if (!list) return;
    list.hidden = !found.length;
    list.replaceChildren(...found.map(({ text, href, is_shown: isShown }) => {
      const link = element("a", { href, textContent: text });
      link.toggleAttribute("data-pdf", isShown);
      const item = element("li", {});
      item.append(link);
      return item;
    }));
  }

  function progress(sum) {
    const tell = (name, text) => {
      const place = form.querySelector(`[data-${name}]`);
      if (place) place.textContent = text;
    };
    const step = Number(sum.is_whole) - Number(sum.was_whole);
    const before = figure("left");
    tell("left", persian(before - step));
    tell("all-done", persian(figure("all-done") + step));
    tell("total", sum.total);
    tell("covered", sum.covered);
    const bar = form.querySelector(".sticky-sum .bar rect:nth-of-type(2)");
    bar?.setAttribute("width", sum.bar);
    bar?.setAttribute("x", 100 - sum.bar);
    tab();
    if (step && [before, before - step].includes(0)) acts();
  }

  function figure(name) {
    return Number(ascii(form.querySelector(`[data-${name}]`).textContent));
  }

  // How many cells of this page are whole, on its own tab.
  function tab() {
    const place = document.querySelector("[data-tabs] [aria-current]");
    const done = cells.filter((cell) => cell.place.hasAttribute("data-whole")).length;
    const small = place?.querySelector("small");
    if (small) small.textContent = small.textContent.replace(/^[۰-۹]+/, persian(done));
    const bar = place?.querySelector(".bar rect:nth-of-type(2)");
    bar?.setAttribute("width", done);
    bar?.setAttribute("x", cells.length - done);
    place?.querySelector(".bar")?.setAttribute("aria-label", `${persian(done)} از ${persian(cells.length)}`);
  }

  // Whether the sheet can be confirmed is the server's to say: take it from its page.
  async function acts() {
    const page = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!page?.ok || page.redirected) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const place = form.querySelector("[data-progress=acts]");
    const newer = fresh.querySelector("[data-progress=acts]");
    if (newer && !newer.isEqualNode(place) && !place.contains(document.activeElement)) place.replaceChildren(...newer.childNodes);
  }

  // Leavings of pages that were closed: put into their cells where these are here, else sent from here as they are.
  async function adopt() {
    for (const entry of await left(sheet)) {
      const cell = cells.find(({ path }) => path === entry.path);
      if (cell && !kept(sheet, cell.path)) {
        put(cell, entry);
        keep(sheet, cell.path, typed(cell));
        drop(entry.key);
      } else strays.push(entry);
    }
    pump();
  }

  async function sendStray(entry) {
    const answer = await sent(entry.path, entry);
    if (!answer) return false;
    strays = strays.filter((other) => other !== entry);
    const { newer } = answer.ok ? {} : await answer.json();
    const isSame = newer && ["points", "reason", "pages"].every((name) => ascii(newer[name] ?? "") === ascii(entry[name] ?? ""));
    if (answer.ok || isSame) drop(entry.key);
    else tellLink(TEXT.strays, entry.from, TEXT.open);
    return true;
  }

  // The button sends the page only when nothing of it is under way, lest one be told of one's own newer value.
  async function afterSaving(event) {
    if (form.dataset.settled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const cell of cells) {
      clearTimeout(cell.timer);
      cell.timer = undefined;
    }
    await Promise.race([pump(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    await new Promise((resolve) => setTimeout(resolve)); // a form does not submit inside its own submit event
    form.dataset.settled = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.settled;
  }

  function tell(text, isBad = false) {
    if (!said) return;
    said.textContent = text;
    said.parentElement.classList.toggle("is-bad", isBad);
    if (!trouble) return;
    trouble.textContent = isBad ? text : ""; // said again at the foot, which is in sight wherever one types
    trouble.hidden = !isBad;
    well.hidden = isBad;
  }

  function tellEnded() {
    tellLink(TEXT.ended, `/login?next=${encodeURIComponent(location.pathname)}`, TEXT.signIn);
  }

  function tellLink(text, href, label) {
    tell("", true);
    for (const place of [said, trouble]) {
      place?.replaceChildren(`${text} `, element("a", { href, target: "_blank", rel: "noopener", textContent: label }));
    }
  }
}

function element(name, values) {
  return Object.assign(document.createElement(name), values);
}

function tellWaiting(place) {
  const waiting = count(place.dataset.waiting);
  place.hidden = !waiting;
  place.querySelector("[data-waiting-text]").textContent = TEXT.waiting(waiting);
}

// Who signs out leaves nothing in this device, and is told before something unsent would be lost.
function leaveNothing(form) {
  form.addEventListener("submit", (event) => {
    const waiting = count();
    if (waiting && !confirm(TEXT.leaving(waiting))) event.preventDefault();
    else forgetAll();
  });
}
