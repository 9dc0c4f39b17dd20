// The rules of the three envelopes (bids/forms.py): what is refused here would be refused by the server, in the same words.
import { grouped, inWords, persian } from "../persian.js";
import { fold, identifier, isBlank, isNationalCode, parseCount, parseDay, parseRial, sameWords, Unreadable } from "./text.js";

const FILL = "این مورد را پر کنید.";
const NOT_OFFERED = "این گزینه در فهرست کنونی نیست؛ یکی از گزینه‌ها را برگزینید.";
const TEAM = 3;
const FREE = ["national_code", "certificate"]; // what a member of the team may lack
const KINDS = { a: guarantee, b: technical, c: price };

// Judge what was typed. `values` has the text of each field by its name, a tick as any text, and lacks what is not
// ticked; `terms` is what the page says of the tender. `problems` are [field, message], those of tables first;
// `content` is what is sealed, or null while there are problems.
export function judge(terms, values) {
  const typed = new Typed(terms, values);
  const content = KINDS[terms.kind](typed, terms);
  const problems = typed.problems();
  return { problems, content: problems.length ? null : content() };
}

// The fields as they were typed, and the errors of each, in the order in which they were read.
class Typed {
  constructor(terms, values) {
    Object.assign(this, { terms, values, errors: new Map() });
  }

  raw(id) {
    this.of(id);
    return this.values[id] ?? "";
  }

  of(id) {
    if (!this.errors.has(id)) this.errors.set(id, []);
    return this.errors.get(id);
  }

  text(id, most, told = FILL) {
    const value = fold(this.raw(id));
    const strange = [...value].find((c) => !" \n".includes(c) && !this.isDrawn(c.codePointAt(0)));
    if (strange) this.of(id).push(undrawn(strange));
    else if (told && isBlank(value)) this.of(id).push(told);
    else if ([...value].length > most) this.of(id).push(`بیش از ${persian(most)} نویسه پذیرفته نیست.`);
    return value;
  }

  isDrawn(code) {
    return this.terms.drawn.some(([first, last]) => code >= first && code <= last);
  }

  // The value of a text, or null where there is none that can be read.
  read(id, reader, told = FILL) {
    const text = this.raw(id);
    try {
      if (!isBlank(text)) return reader(text);
      if (told) this.of(id).push(told);
    } catch (unread) {
      if (!(unread instanceof Unreadable)) throw unread;
      this.of(id).push(unread.message);
    }
    return null;
  }

  nationalCode(id) {
    const code = identifier(this.raw(id));
    if (code && !isNationalCode(code)) {
      this.of(id).push("این کد ملی درست نیست؛ ده رقم آن را دوباره ببینید (رقم کنترل نمی‌خواند).");
    }
    return code;
  }

  ticked(id, told) {
    this.of(id);
    if (["", "false", "False", undefined].includes(this.values[id])) this.of(id).push(told);
  }

  problems() {
    const { labels } = this.terms;
    return [...this.errors].flatMap(([id, errors]) => errors.map((message) => [id, `${labels[id]}: ${message}`]));
  }
}

function guarantee(typed, terms) {
  const kind = typed.raw("kind");
  const isKind = terms.choices.kind.includes(kind) && kind !== "";
  if (!isKind) typed.of("kind").push("گونه تضمین را برگزینید.");
  const issuer = typed.text("issuer", 120);
  const number = typed.text("number", 60);
  const amount = typed.read("amount", aboveZero);
  const expires = typed.read("expires_on", parseDay);
  const sepam = typed.text("sepam_no", 40, "");
  if (amount && isKind && terms.least) {
    const [part, whole] = terms.haircuts[kind] ?? [1, 1];
    const value = (amount * BigInt(part)) / BigInt(whole);
    if (value < BigInt(terms.least)) {
      typed.of("amount").push(`این تضمین ${grouped(value)} ریال به شمار می‌آید و کمتر از ${grouped(terms.least)} ریال است.`);
    }
  }
  if (expires && terms.until && expires < terms.until) {
    typed.of("expires_on").push(`پیشنهاد تا ${terms.until_shown} اعتبار دارد؛ تضمین نباید زودتر پایان یابد.`);
  }
  return () => ({ kind, issuer, number, amount, expires_on: expires, sepam_no: sepam });
}

function technical(typed, terms) {
  const rows = [];
  while (`team-${rows.length}-name` in terms.labels) rows.push(member(typed, rows.length));
  const written = rows.filter((row) => row !== null);
  if (written.length < TEAM) {
    typed.of(`team-${written.length}-name`).push("تیم عامل دست‌کم سه نفر است: عامل، دستیار و دبیر.");
  }
  const approach = typed.text("approach", 20000);
  const experience = typed.text("experience", 8000);
  typed.ticked("declares", "بدون این اعلام پاکت ب پذیرفته نیست.");
  return () => ({ team: written, approach, experience, declares: true });
}

function member(typed, place) {
  const id = (part) => `team-${place}-${part}`;
  const found = {
    name: typed.text(id("name"), 120, ""),
    national_code: typed.nationalCode(id("national_code")),
    role: typed.text(id("role"), 120, ""),
    degree: typed.text(id("degree"), 120, ""),
    certificate: typed.text(id("certificate"), 200, ""),
    years: typed.read(id("years"), (text) => parseCount(text, 60), ""),
    share: typed.read(id("share"), (text) => parseCount(text, 100, 1), ""),
  };
  const { years, share, ...texts } = found;
  if (Object.values(texts).every((text) => !text) && ["years", "share"].every((part) => isBlank(typed.raw(id(part))))) return null;
  for (const [part, value] of Object.entries(found)) {
    const isLeft = (value === "" || value === null) && !FREE.includes(part);
    if (isLeft && typed.of(id(part)).length === 0) typed.of(id(part)).push("این خانه را هم پر کنید.");
  }
  return { ...found, years: String(years), share: String(share) };
}

function price(typed, terms) {
  const amounts = terms.titles.map((_, place) => typed.read(`phases-${place}-amount`, parseRial));
  const total = typed.read("total", aboveZero);
  const words = typed.text("words", 300, "مبلغ کل را به حروف بنویسید.");
  const tax = typed.raw("tax");
  if (tax === "") typed.of("tax").push("بگویید مالیات در این مبلغ هست یا نه.");
  else if (!terms.choices.tax.includes(tax)) typed.of("tax").push(NOT_OFFERED);
  typed.ticked("declares", "قیمت مشروط یا بی‌امضا پذیرفته نیست (ماده ۶).");
  if (total !== null && !amounts.includes(null)) {
    const sum = amounts.reduce((whole, amount) => whole + amount, 0n);
    if (sum !== total) typed.of("total").push(`جمع مرحله‌ها ${grouped(sum)} ریال است و با مبلغ کل یکی نیست.`);
    if (words && !sameWords(words, inWords(total))) {
      typed.of("words").push(`مبلغ به حروف با رقم یکی نیست؛ رقم چنین خوانده می‌شود: ${inWords(total)} ریال.`);
    }
  }
  return () => ({
    phases: terms.titles.map((title, place) => ({ title, amount: amounts[place] })),
    total,
    words: inWords(total),
    includes_tax: tax === "with",
    declares: true,
  });
}

function aboveZero(text) {
  const amount = parseRial(text);
  if (amount === 0n) throw new Unreadable("مبلغ نمی‌تواند صفر باشد.");
  return amount;
}

function undrawn(character) {
  const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return `نویسه «${character}» (U+${code}) در قلم سندهای رسمی نیست؛ آن را از متن بردارید یا با واژه بنویسید.`;
}

// JSON as Python's json.dumps(…, ensure_ascii=False) writes it, amounts as whole numbers of any length.
export function dumps(value) {
  if (Array.isArray(value)) return `[${value.map(dumps).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${dumps(part)}`).join(", ")}}`;
  }
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}
