// Unfinished text stays in this device only, until the form is accepted or the person forgets it.
const PREFIX = "tender:";

const fields = (form) => [...form.elements].filter((f) => f.name && !["hidden", "password", "file", "submit", "button"].includes(f.type));
const valueOf = (f) => (["checkbox", "radio"].includes(f.type) ? f.checked : f.value);

export function keeping() {
  forgetAccepted();
  for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
}

function keep(form) {
  const key = PREFIX + form.dataset.keep;
  const note = form.querySelector("[data-kept]");
  const say = (text) => {
    if (note) {
      note.hidden = false;
      note.querySelector("[data-kept-text]").textContent = text;
    }
  };
  const kept = read(key);
  if (kept && !gaveBack(form)) {
    fields(form).forEach((f, place) => {
      const value = kept[`${f.name}#${place}`];
      if (value === undefined) return;
      if (typeof value === "boolean") f.checked = value;
      else f.value = value;
    });
    say("آنچه پیش‌تر نوشته بودید بازآمد؛ تا فرستادن به جایی نمی‌رود.");
  } else say("آنچه می‌نویسید تا فرستادن به جایی نمی‌رود.");
  form.addEventListener("input", () => {
    const values = Object.fromEntries(fields(form).map((f, place) => [`${f.name}#${place}`, valueOf(f)]));
    write(key, values);
  });
  form.addEventListener("submit", () => sessionStorage.setItem(`${PREFIX}sent`, key));
  form.querySelector("[data-kept-forget]")?.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    say("از این دستگاه پاک شد.");
  });
}

// A refused form comes back with what was typed; where nothing could be read of it, it comes back empty.
function gaveBack(form) {
  return document.querySelector(".error-summary") !== null && fields(form).some(valueOf);
}

// The page after a form that was sent says that it was accepted; one that says nothing may be the wrong one: keep.
function forgetAccepted() {
  const key = sessionStorage.getItem(`${PREFIX}sent`);
  sessionStorage.removeItem(`${PREFIX}sent`);
  if (key && document.querySelector(".flashes") && !document.querySelector(".error-summary")) localStorage.removeItem(key);
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, values) {
  try {
    localStorage.setItem(key, JSON.stringify(values));
  } catch {
    // A full or closed store keeps nothing; the form itself still has the text.
  }
}
