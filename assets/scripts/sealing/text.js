// Text as the server reads it (kernel/persian.py, money.py, calendar.py): the same letters, amounts and days come out.
import { ascii, persian } from "../persian.js";

const ZWNJ = "\u200c";
const LETTERS = { "ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "هٔ", "ة": "ه", "\u00a0": " " };
const MARKS = /[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\xad]/g;
const LINES = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(" ");
const LEAP = [1, 5, 9, 13, 17, 22, 26, 30]; // years of the cycle of 33
const LONGEST = 18;
const [FIRST_YEAR, LAST_YEAR] = [1300, 1500];

export class Unreadable extends Error {} // its message is the Persian sentence for the person who typed

export function fold(text) {
  const clean = [...text].map((c) => LETTERS[c] ?? c).join("").replace(MARKS, "");
  const lines = clean.split(LINES).map((line) => line.replace(SPACES, " ").replace(/^[\u200c ]+|[\u200c ]+$/g, ""));
  return lines.join("\n").replace(/^\n+|\n+$/g, "");
}

export const isBlank = (text) => text.replace(SPACES, "") === "";

export function parseRial(text) {
  const figures = ascii(fold(text)).replace(/[\s,٬،_\u200c]|ریال/g, "");
  if (!/^[0-9]+$/.test(figures)) throw new Unreadable("مبلغ را به ریال و با رقم درست بنویسید، مانند ۹٬۸۰۰٬۰۰۰٬۰۰۰.");
  const bare = figures.replace(/^0+/, "") || "0";
  if (bare.length > LONGEST) throw new Unreadable("این مبلغ از اندازه بیشتر است؛ شمار صفرها را ببینید.");
  return BigInt(bare);
}

export const sameWords = (one, other) => bare(one) === bare(other);
const bare = (words) => fold(words).replace(/[\s\u200c]|ریال|تمام/g, "").replaceAll("یکهزار", "هزار");

// A number with a format of its own: ASCII figures, no spaces, no ZWNJ.
export const identifier = (text) => ascii(fold(text)).replaceAll(ZWNJ, "").replace(SPACES, "");

// Whether an identifier is a person's national code: ten figures, the last a check digit.
export function isNationalCode(code) {
  if (!/^[0-9]{10}$/.test(code) || /^(.)\1*$/.test(code)) return false;
  const rest = [...code.slice(0, 9)].reduce((sum, digit, place) => sum + Number(digit) * (10 - place), 0) % 11;
  return Number(code[9]) === (rest < 2 ? rest : 11 - rest);
}

// A whole number between `least` and `most`, both inclusive.
export function parseCount(text, most, least = 0) {
  const plain = ascii(fold(text)).replaceAll("٫", ".").replaceAll("/", ".").replaceAll("٪", "").trim();
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(plain)) throw new Unreadable("عدد را با رقم بنویسید، مانند ۶۵ یا ۰٫۲۵.");
  const [whole, parts = ""] = plain.replace(/^[+-]/, "").split(".");
  const isZero = /^0*$/.test(whole + parts);
  const size = BigInt(whole || "0");
  const isAbove = size > most || (size === BigInt(most) && /[1-9]/.test(parts));
  if ((!isZero && (plain.startsWith("-") || isAbove)) || size < least) {
    throw new Unreadable(`عدد باید میان ${persian(least)} و ${persian(most)} باشد.`);
  }
  if (parts.length > 2) throw new Unreadable("بیش از دو رقم پس از ممیز پذیرفته نیست.");
  if (/[1-9]/.test(parts)) throw new Unreadable("عدد باید درست و بدون ممیز باشد.");
  return Number(size);
}

// The day with a Jalali date, as 2026-11-23.
export function parseDay(text) {
  const found = /^([0-9]{4})\s*[/\-.]\s*([0-9]{1,2})\s*[/\-.]\s*([0-9]{1,2})$/.exec(ascii(fold(text)));
  if (!found) throw new Unreadable("تاریخ را به شکل سال/ماه/روز بنویسید، مانند ۱۴۰۵/۰۹/۰۲.");
  const [year, month, day] = found.slice(1).map(Number);
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    throw new Unreadable(`سال باید میان ${persian(FIRST_YEAR)} و ${persian(LAST_YEAR)} باشد.`);
  }
  if (month < 1 || month > 12) throw new Unreadable(`ماه ${persian(month)} در سال نیست؛ ماه‌ها ۱ تا ۱۲ است.`);
  const last = month <= 6 ? 31 : month < 12 || LEAP.includes(year % 33) ? 30 : 29;
  if (day < 1 || day > last) {
    throw new Unreadable(persian(`${MONTHS[month - 1]} ${year}، ${last} روز دارد؛ روز ${day} در آن نیست.`));
  }
  const years = year - 979;
  const before = 365 * years + 8 * Math.floor(years / 33) + Math.floor(((years % 33) + 3) / 4);
  const days = before + 30 * (month - 1) + Math.min(month - 1, 6) + (day - 1) + 79;
  return new Date(Date.UTC(1600, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
}

// The bare name of a file, without folders or characters that are not shown.
export function safeName(name) {
  const bareName = fold(name.replaceAll("\\", "/").split("/").at(-1));
  const shown = [...bareName].filter((c) => c === " " || !/[\p{C}\p{Z}]/u.test(c));
  return shown.slice(-180).join("") || "file";
}
