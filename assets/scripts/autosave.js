// Scores are saved while they are typed; what cannot be sent is kept in this browser and tried again.
import { two } from "./persian.js";

const PAUSE = 1200;
const RETRY = 8000;

export function autosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
}

function watch(form) {
  const key = `tender:autosave:${form.dataset.autosave}`;
  const shown = document.querySelector("[data-saved] [data-saved-text]");
  const say = (text) => shown && (shown.textContent = text);
  let timer = 0;
  let dirty = false;
  let sending = false;

  bringBack();
  form.addEventListener("input", () => {
    dirty = true;
    keep();
    say("در حال نوشتن …");
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  form.addEventListener("focusout", () => dirty && send());
  form.addEventListener("submit", () => (dirty = false));
  addEventListener("beforeunload", (event) => dirty && event.preventDefault());
  addEventListener("online", () => dirty && send());

  async function send() {
    clearTimeout(timer);
    if (sending || !dirty) return;
    sending = true;
    dirty = false;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.status === 401 || answer.type === "opaqueredirect") fail("نشست شما پایان یافته است؛ در برگه‌ای دیگر وارد شوید. نوشته‌ها نزد همین مرورگر ماند.");
      else if (!answer.ok) fail("ذخیره نشد؛ نزد همین مرورگر ماند و دوباره فرستاده می‌شود.");
      else done(await answer.json());
    } catch {
      fail("خط قطع است؛ نزد همین مرورگر ماند و دوباره فرستاده می‌شود.");
    } finally {
      sending = false;
    }
  }

  function done(said) {
    for (const [leaf, edition] of Object.entries(said.editions)) {
      const field = form.elements[`e-${leaf}`];
      if (field) field.value = edition;
    }
    for (const spot of form.querySelectorAll("[data-fault]")) spot.remove();
    for (const [name, message] of Object.entries(said.faults)) {
      const spot = document.createElement("span");
      spot.className = "field-error";
      spot.dataset.fault = name;
      spot.textContent = message;
      form.elements[name]?.after(spot);
    }
    const at = new Date();
    say(Object.keys(said.faults).length ? "بخشی ذخیره نشد؛ پیام کنار هر خانه را ببینید." : `ذخیره شد، ساعت ${two(at.getHours())}:${two(at.getMinutes())}`);
    if (!dirty) localStorage.removeItem(key);
  }

  function fail(text) {
    dirty = true;
    say(text);
    timer = setTimeout(send, RETRY);
  }

  function keep() {
    const texts = [...form.elements].filter((f) => /^[pr]-/.test(f.name)).map((f) => [f.name, f.value]);
    try {
      localStorage.setItem(key, JSON.stringify(texts));
    } catch {
      // The form itself still has the text.
    }
  }

  function bringBack() {
    let texts = null;
    try {
      texts = JSON.parse(localStorage.getItem(key));
    } catch {
      return;
    }
    for (const [name, value] of texts ?? []) {
      const field = form.elements[name];
      if (field && field.value !== value) {
        field.value = value;
        dirty = true;
      }
    }
    if (dirty) {
      say("نوشته‌های فرستاده‌نشده بازآمد.");
      timer = setTimeout(send, PAUSE);
    }
  }
}
