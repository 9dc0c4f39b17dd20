// Saves each cell of a score sheet while one types. What could not be sent waits in this device until it can: a lost
// line, a session that ended, a page closed too early. Nothing newer is overwritten without being asked.
const PAUSE = 700;
const RETRY = 10_000;
const PATIENCE = 5_000;
const TEXT = {
  saving: "در حال ذخیره…",
  saved: (hour) => `ذخیره شد، ساعت ${hour}`,
  offline: "خط قطع است؛ نوشته‌ها در همین دستگاه ماند و خودکار فرستاده می‌شود.",
  ended: "نشست شما پایان یافت؛ نوشته‌ها در همین دستگاه ماند. وارد شوید تا فرستاده شود.",
  signIn: "ورود در زبانه تازه",
  refused: "ذخیره نشد؛ پیام کنار معیار را ببینید.",
  theirs: "پذیرفتن مقدار تازه",
  mine: "گذاشتن نوشته من",
};

export function autosave() {
  for (const form of document.querySelectorAll("form[data-autosave][data-sheet]")) watch(form);
}

function watch(form) {
  const address = form.dataset.autosave;
  const shelf = (cell) => `sheet-${form.dataset.sheet}:${address}:${cell.dataset.cell}`;
  const said = document.querySelector("[data-saved-text]");
  const cells = [...form.querySelectorAll("[data-cell]:not([disabled])")];
  const timers = new Map();
  const busy = new Map();
  for (const told of form.querySelectorAll("[data-auto]")) told.hidden = false;
  let left = form.querySelector("[data-left]")?.textContent;

  for (const cell of cells) {
    restore(cell);
    cell.addEventListener("input", () => {
      if (cell.dataset.conflict === "refused") clear(cell);
      keep(cell);
      clearTimeout(timers.get(cell));
      timers.set(cell, setTimeout(() => save(cell), PAUSE));
    });
    cell.addEventListener("change", () => save(cell));
  }
  addEventListener("online", flush);
  addEventListener("focus", flush);
  setInterval(flush, RETRY);
  form.addEventListener("submit", afterSaving);

  // The button sends the page only when nothing of it is under way, lest one be told of one's own newer value.
  async function afterSaving(event) {
    if (form.dataset.settled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    flush();
    const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([Promise.allSettled(busy.values()), slow]);
    await new Promise((resolve) => setTimeout(resolve)); // a form does not submit inside its own submit event
    form.dataset.settled = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.settled;
  }

  function parts(cell) {
    const find = (name) => cell.querySelector(`[data-${name}]`);
    return { points: find("points"), reason: find("reason"), edition: find("edition"), fault: find("cell-fault") };
  }

  function typed(cell) {
    const { points, reason, edition } = parts(cell);
    return { points: points.value, reason: reason.value, edition: edition.value };
  }

  function keep(cell) {
    store(shelf(cell), JSON.stringify(typed(cell)));
  }

  function restore(cell) {
    const waiting = JSON.parse(read(shelf(cell)) ?? "null");
    if (!waiting) return;
    put(cell, waiting);
    save(cell);
  }

  function put(cell, value) {
    const { points, reason, edition } = parts(cell);
    [points.value, reason.value, edition.value] = [value.points, value.reason, value.edition];
  }

  function flush() {
    cells.filter((cell) => read(shelf(cell)) && !cell.dataset.conflict).forEach(save);
  }

  function save(cell) {
    clearTimeout(timers.get(cell));
    if (!read(shelf(cell))) return;
    const turn = (busy.get(cell) ?? Promise.resolve()).then(() => send(cell));
    busy.set(cell, turn);
  }

  async function send(cell) {
    const kept = read(shelf(cell));
    if (!kept) return;
    tell(TEXT.saving);
    let answer;
    try {
      answer = await post(cell, JSON.parse(kept));
      if ([400, 401].includes(answer.status) && (await renewed())) answer = await post(cell, JSON.parse(kept));
    } catch {
      tell(TEXT.offline, true);
      return;
    }
    if ([400, 401].includes(answer.status)) tellEnded();
    else if (answer.status === 429 || answer.status >= 500) tell(TEXT.offline, true);
    else settle(cell, kept, answer.status, await answer.json());
  }

  function post(cell, value) {
    const body = new URLSearchParams({ ...value, csrf_token: form.elements.csrf_token.value });
    return fetch(`${address}/${cell.dataset.cell}`, { method: "POST", body, headers: { Accept: "application/json" } });
  }

  // After signing in again in another tab, this page's token is of the old session: take a new one.
  async function renewed() {
    const page = await fetch(address, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("form[data-sheet] [name=csrf_token]")?.value;
    if (!token) return false;
    form.elements.csrf_token.value = token;
    return true;
  }

  function settle(cell, kept, status, said) {
    delete cell.dataset.conflict;
    if (status === 200) {
      const { points, edition } = parts(cell);
      edition.value = said.edition;
      if (read(shelf(cell)) === kept) {
        forget(shelf(cell));
        if (points !== document.activeElement) points.value = said.points;
      } else keep(cell);
      fault(cell, "");
      tell(TEXT.saved(said.saved));
      total(said);
    } else {
      tell(TEXT.refused, true);
      fault(cell, said.reason);
      if (said.newer && String(said.newer.edition) !== parts(cell).edition.value) ask(cell, said.newer);
      else cell.dataset.conflict = "refused";
    }
  }

  function ask(cell, newer) {
    cell.dataset.conflict = "newer";
    const box = parts(cell).fault;
    box.append(` (${newer.points || "—"}؛ ${newer.reason || "—"}) `);
    box.append(button(TEXT.theirs, () => {
      put(cell, newer);
      forget(shelf(cell));
      clear(cell);
    }), " ", button(TEXT.mine, () => {
      parts(cell).edition.value = newer.edition;
      keep(cell);
      clear(cell);
      save(cell);
    }));
  }

  function clear(cell) {
    delete cell.dataset.conflict;
    fault(cell, "");
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-quiet";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function fault(cell, text) {
    const { points, fault: box } = parts(cell);
    box.textContent = text;
    box.hidden = !text;
    cell.classList.toggle("is-bad", Boolean(text));
    points.setAttribute("aria-invalid", String(Boolean(text)));
    cell.querySelector("[data-told]")?.remove(); // what the server said of an earlier value
  }

  function total(sum) {
    const show = (name, text) => {
      const place = form.querySelector(`[data-${name}]`);
      if (place) place.textContent = text;
    };
    show("total", sum.total);
    show("covered", sum.covered);
    show("left", sum.left_text);
    const bar = form.querySelector(".sticky-sum .bar rect:nth-of-type(2)");
    bar?.setAttribute("width", sum.bar);
    bar?.setAttribute("x", 100 - sum.bar);
    if (sum.left_text !== left) progress();
    left = sum.left_text;
  }

  // How far each bid is, and whether the sheet can be confirmed, is the server's to say: take both from its page.
  async function progress() {
    const page = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!page?.ok || page.redirected) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    for (const place of document.querySelectorAll("[data-progress]")) {
      const newer = fresh.querySelector(`[data-progress="${place.dataset.progress}"]`);
      // What is the same stays: nothing moves under a pointer that is about to press.
      if (newer && !newer.isEqualNode(place) && !place.contains(document.activeElement)) {
        place.replaceChildren(...newer.childNodes);
      }
    }
  }

  function tell(text, isBad = false) {
    if (!said) return;
    said.textContent = text;
    said.parentElement.classList.toggle("is-bad", isBad);
  }

  function tellEnded() {
    if (!said) return;
    said.parentElement.classList.add("is-bad");
    const link = document.createElement("a");
    link.href = `/login?next=${encodeURIComponent(address)}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = TEXT.signIn;
    said.replaceChildren(`${TEXT.ended} `, link);
  }
}

// A store that is full or closed keeps nothing: then memory does, until the page is left.
const memory = new Map();

function read(key) {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function store(key, text) {
  memory.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch {
    // Memory has it.
  }
}

function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Memory has forgotten it.
  }
}
