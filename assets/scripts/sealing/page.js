// The sealing page: an envelope is sealed here, in the browser, and what is sent can be read by nobody on its way.
// Without this script, or where the browser lacks what it needs, the page's plain form does the work.
import { openCopy, ownKey, recoveryText, save, secretIn } from "./copy.js";
import { seal } from "./envelope.js";
import { faultsOf } from "./files.js";
import { base64, bytesOf, forgetRecord, recordOf, remember } from "./record.js";
import { judge } from "./rules.js";
import { giveUp, isGone, post, Refused, send } from "./send.js";
import { forgetOthers, forgetPayload, newPayload, payload } from "./store.js";
import { clearProblems, Panel, percent, showProblems, size } from "./view.js";

const TEXT = {
  preparing: "آماده‌سازی: آنچه نوشته‌اید و پرونده‌ها سنجیده می‌شود.",
  sealing: "پاکت در همین مرورگر مهر و موم می‌شود.",
  registering: "پاکت مهر و موم شد؛ اثر انگشت آن ثبت می‌شود.",
  sending: "پاکت مهر و موم شد و در حال فرستادن است. اگر صفحه بسته شود، از همان‌جا ادامه می‌یابد.",
  line: "خط قطع است؛ خودکار دوباره می‌کوشیم و از همان‌جا ادامه می‌دهیم. چیزی از دست نرفته است.",
  session: "نشست شما پایان یافته است؛ پاکت در همین دستگاه ماند. وارد شوید تا ارسال خودکار ادامه یابد.",
  placing: "همه پاکت رسید و در جای خود گذاشته می‌شود.",
  placed: "پاکت در جای خود نشست.",
  waits: "پاکتی که در همین مرورگر مهر و موم کرده‌اید هنوز کامل فرستاده نشده است.",
  elsewhere: "این پاکت در زبانه دیگری از همین مرورگر در حال فرستادن است.",
  lost: "پاکتی که نیمه‌کاره مانده بود دیگر در این مرورگر نیست؛ آن را دوباره مهر و موم کنید.",
  stopped: "ارسال لغو شد و پاکت مهر و موم‌شده از این مرورگر پاک شد. آنچه نوشته‌اید سر جای خود است.",
  full: "جای کافی در این دستگاه نیست و پاکت مهر و موم نشد؛ جا باز کنید و دوباره بکوشید. آنچه نوشته‌اید سر جای خود است.",
  unread: "یکی از پرونده‌ها خوانده نشد؛ شاید پس از برگزیدن تغییر کرده یا جابه‌جا شده است. پرونده‌ها را دوباره برگزینید.",
  unsealed: "پاکت مهر و موم نشد و چیزی فرستاده نشد. صفحه را تازه کنید و دوباره بکوشید.",
  refused: "پاکت پذیرفته نشد",
  unopened: "این نسخه با این کلید گشوده نشد؛ پرونده نسخه و پرونده کلید را دوباره ببینید.",
};

export async function sealing() {
  const told = document.getElementById("sealing-terms");
  const panel = document.querySelector("[data-sealing-panel]");
  if (!told || !panel || !globalThis.crypto?.subtle || !globalThis.ReadableStream) return;
  const terms = JSON.parse(told.textContent);
  for (const place of document.querySelectorAll("[data-way]")) place.hidden = place.dataset.way !== "browser";
  const form = document.querySelector("form[data-sealing]");
  const page = new Page(terms, form, new Panel(panel));
  copies(terms);
  await page.offer();
}

class Page {
  constructor(terms, form, panel) {
    Object.assign(this, { terms, form, panel, stopping: null });
    // Before every other listener of the form: nothing of it is sent as it stands.
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.begin();
    }, { capture: true });
    panel.on("go", () => this.goOn());
    panel.on("stop", () => this.stop());
    panel.on("copy", () => this.copy());
  }

  // Offer to go on with what an earlier visit left unfinished.
  async offer() {
    const record = recordOf(this.terms.keep);
    if (!record) return;
    if (await payload(record.name)) this.wait(record);
    else {
      forgetRecord(this.terms.keep);
      this.panel.show(TEXT.lost, { kind: "warn" });
    }
  }

  wait(record, text = TEXT.waits, kind = "warn") {
    this.panel.show(text, { kind, acts: ["go", "copy", "stop"] });
    this.panel.measure(record.sent, record.size, `${size(record.sent)} از ${size(record.size)} فرستاده شده است`);
  }

  begin() {
    if (this.stopping) return;
    this.alone(async (signal) => {
      this.panel.show(TEXT.preparing);
      const files = [...this.form.querySelector("input[type=file]").files];
      const { problems, content } = judge(this.terms, typedIn(this.form));
      const fault = await faultsOf(files, this.terms);
      const all = fault ? [...problems, [this.terms.field, fault]] : problems;
      if (all.length) this.panel.hide();
      showProblems(this.form, all, this.terms.labels);
      if (!all.length) await this.deliver(await this.sealed(content, files, signal), signal);
    });
  }

  goOn() {
    if (this.stopping) return;
    this.alone((signal) => this.deliver(recordOf(this.terms.keep), signal));
  }

  // Run one act at a time, in one tab; the form rests meanwhile.
  async alone(act) {
    clearProblems(this.form);
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const run = async (lock) => {
      if (!lock) return this.panel.show(TEXT.elsewhere, { kind: "warn" });
      if (this.form) this.form.inert = true;
      try {
        await act(signal);
      } catch (failure) {
        await this.failed(failure, signal);
      }
    };
    await (navigator.locks?.request(`sealed:${this.terms.keep}`, { ifAvailable: true }, run) ?? run(true));
    this.stopping = null;
    if (this.form) this.form.inert = false;
  }

  async sealed(content, files, signal) {
    const { keep, recipient, field, firm } = this.terms;
    const name = `${keep}-${crypto.randomUUID()}`;
    await this.forget();
    await forgetOthers(`${keep}-`, name);
    this.panel.show(TEXT.sealing, { acts: ["stop"], focus: true });
    const whole = files.reduce((sum, file) => sum + file.size, 0);
    const progress = (done) => {
      signal.throwIfAborted();
      this.panel.measure(done, whole, percent(done, whole));
    };
    progress(0);
    const out = await newPayload(name);
    try {
      const { recipient: own } = await ownKey(firm);
      const made = await seal({ recipient, own, content, field, files, write: (piece) => out.write(piece), progress });
      await out.close();
      signal.throwIfAborted();
      const { header, copyHeader, ...rest } = made;
      const record = { name, ...rest, header: base64(header), copyHeader: base64(copyHeader), sent: 0, url: null };
      remember(keep, record);
      return record;
    } catch (failure) {
      await out.abort();
      await forgetPayload(name);
      throw failure;
    }
  }

  async deliver(record, signal) {
    const { keep, uploads, register, place, part } = this.terms;
    const blob = await payload(record.name);
    if (!blob) {
      forgetRecord(keep);
      this.panel.unmeasured();
      return this.panel.show(TEXT.lost, { kind: "warn" });
    }
    const claim = { header: record.header, payload_digest: record.payloadDigest };
    if (register && !record.registered) {
      this.show(TEXT.registering);
      await post(register, { ...claim, size: record.size }, { signal, told: this.waiting(TEXT.registering) });
      remember(keep, Object.assign(record, { registered: true }));
    }
    this.show(TEXT.sending);
    const sending = this.waiting(TEXT.sending);
    const told = ({ url, sent, waits, reason }) => {
      if (url) remember(keep, Object.assign(record, { url }));
      if (sent !== undefined) this.sent(record, sent, sending);
      if (waits !== undefined) sending({ waits, reason });
    };
    const url = await send({ blob, address: uploads, url: record.url, part, signal, told });
    this.show(TEXT.placing, []);
    const placing = { signal, told: this.waiting(TEXT.placing, []) };
    const answer = await post(place, { ...claim, upload: url.split("/").at(-1) }, placing);
    await this.forget();
    forgetDraft(keep);
    this.panel.show(TEXT.placed, { kind: "done" });
    location.assign(answer.location);
  }

  show(text, acts = ["copy", "stop"]) {
    this.panel.show(text, { acts });
  }

  sent(record, sent, sending) {
    sending({ waits: null });
    remember(this.terms.keep, Object.assign(record, { sent }));
    this.panel.measure(sent, record.size, `${size(sent)} از ${size(record.size)} (${percent(sent, record.size)})`);
  }

  // Tell what is waited for, and `text` again when it is over.
  waiting(text, acts = ["copy", "stop"]) {
    return ({ waits, reason }) => {
      if (waits) this.panel.show(reason || TEXT[waits], { kind: "warn", acts: ["copy", "stop"] });
      else this.show(text, acts);
      if (waits === "session") this.panel.linkTo(`/login?next=${encodeURIComponent(location.pathname)}`);
    };
  }

  async failed(failure, signal) {
    if (signal.aborted) {
      await this.forget({ isGivenUp: true });
      this.panel.unmeasured();
      return this.panel.show(TEXT.stopped, { kind: "warn", focus: true });
    }
    const record = recordOf(this.terms.keep);
    const reason = reasonOf(failure);
    if (record && isGone(failure)) remember(this.terms.keep, { ...record, url: null, sent: 0 });
    if (this.form) showProblems(this.form, [["", reason]], {}, TEXT.refused);
    if (record) this.wait(recordOf(this.terms.keep), reason, "error");
    else {
      this.panel.unmeasured();
      this.panel.show(reason, { kind: "error" });
    }
  }

  async stop() {
    if (this.stopping) return this.stopping.abort();
    await this.forget({ isGivenUp: true });
    this.panel.unmeasured();
    this.panel.show(TEXT.stopped, { kind: "warn", focus: true });
  }

  async forget({ isGivenUp = false } = {}) {
    const record = recordOf(this.terms.keep);
    forgetRecord(this.terms.keep);
    if (!record) return;
    await forgetPayload(record.name);
    if (isGivenUp && record.url) await giveUp(record.url);
  }

  async copy() {
    const { number, kind } = this.terms;
    const record = recordOf(this.terms.keep);
    const blob = record && (await payload(record.name));
    if (blob) save(new Blob([bytesOf(record.copyHeader), blob]), `${number}-${kind}-${record.digest.slice(0, 8)}.age`);
  }
}

function reasonOf(failure) {
  if (failure instanceof Refused) return failure.message;
  if (failure?.name === "QuotaExceededError") return TEXT.full;
  if (failure?.name === "NotReadableError" || failure?.name === "NotFoundError") return TEXT.unread;
  return TEXT.unsealed;
}

// What the form would post, but for its files and its token.
function typedIn(form) {
  const texts = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
  return Object.fromEntries(texts);
}

function forgetDraft(keep) {
  try {
    localStorage.removeItem(`tender:${keep}`);
  } catch {
    // A closed store has kept none.
  }
}

// The panel of the firm's own key, and of opening a copy.
function copies(terms) {
  const box = document.querySelector("[data-copies]");
  if (!box) return;
  const find = (name) => box.querySelector(`[data-copies-${name}]`);
  find("key").addEventListener("click", async () => {
    const key = await ownKey(terms.firm);
    save(new Blob([recoveryText(key, terms.firm_name)], { type: "text/plain" }), `key-${terms.firm}.txt`);
  });
  find("open").addEventListener("click", async () => {
    const [copy] = find("file").files;
    const [keyFile] = find("secret").files;
    if (!copy) return find("file").focus();
    try {
      const secret = keyFile ? secretIn(await keyFile.text()) : (await ownKey(terms.firm)).secret;
      save(await openCopy(copy, secret), `${copy.name.replace(/\.age$/, "")}.zip`);
      find("said").textContent = "";
    } catch {
      find("said").textContent = TEXT.unopened;
    }
  });
}
