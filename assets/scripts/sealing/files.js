// What is wrong with a file, known by its first bytes, its end and its name, as web/uploads.py judges it.
import { persian } from "../persian.js";
import { safeName } from "./text.js";

const HEAD = 8192;
const TAIL = 66_000;
const ZIPPED = ["docx", "xlsx", "zip"];
const KINDS = ["pdf", "png", "jpg", "jpeg", ...ZIPPED];
const ENDINGS = { pdf: ["%%EOF", 2048], png: ["IEND", TAIL], jpg: ["\xff\xd9", TAIL], jpeg: ["\xff\xd9", TAIL] };
const OPEN_DOCUMENT = "mimetypeapplication/vnd.oasis.opendocument.";

// The faults of the files of one field as one sentence, or ""; `files` are File objects, `terms` the page's limits.
export async function faultsOf(files, terms) {
  if (files.length === 0) return terms.kind === "a" ? "تصویر تضمین را پیوست کنید." : "";
  if (files.length > terms.most_files) return persian(`بیش از ${terms.most_files} پرونده پذیرفته نیست؛ آنها را در یک ZIP بگذارید.`);
  if (files.reduce((sum, file) => sum + file.size, 0) > terms.limit) {
    return persian(`جمع پرونده‌ها از ${megabytes(terms.limit)} مگابایت بیشتر است؛ آنها را کوچک‌تر کنید.`);
  }
  const told = [];
  for (const file of files) {
    const head = binary(await file.slice(0, HEAD).arrayBuffer());
    const tail = binary(await file.slice(-TAIL).arrayBuffer());
    const name = safeName(file.name);
    const fault = faultOf(name, file.size, head, tail, terms.largest);
    if (fault) told.push(`«${name}»: ${fault}`);
  }
  return told.join(" ");
}

// `head` and `tail` are the file's first 8192 and last 66000 bytes, a character for each byte.
export function faultOf(name, size, head, tail, largest) {
  const kind = extension(name);
  if (!KINDS.includes(kind)) return "این گونه پرونده پذیرفته نیست؛ PDF، DOCX، XLSX، ZIP، PNG یا JPG بفرستید.";
  if (size === 0) return "پرونده خالی است؛ شاید هنوز ذخیره نشده بود.";
  if (size > largest) {
    return persian(`پرونده از ${megabytes(largest)} مگابایت بزرگ‌تر است؛ آن را کوچک‌تر یا چندپاره کنید.`);
  }
  if (!isOfKind(kind, head)) return `محتوای پرونده با پسوند .${kind} نمی‌خواند؛ پرونده درست را برگزینید.`;
  const [end, within] = ENDINGS[kind] ?? ["PK\x05\x06", TAIL];
  if (!tail.slice(-within).includes(end)) return `پرونده .${kind} ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید.`;
  return "";
}

const megabytes = (bytes) => Math.floor(bytes / 1024 / 1024);
const binary = (buffer) => Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");

function extension(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 && dot < name.length - 1 ? name.slice(dot + 1).toLowerCase() : "";
}

function isOfKind(kind, head) {
  if (kind === "pdf") return /^(\xef\xbb\xbf)?%PDF/.test(head);
  if (kind === "png") return head.startsWith("\x89PNG\r\n\x1a\n") && !isAnimated(head);
  if (ZIPPED.includes(kind)) return isZip(head) && !isOtherOffice(head);
  return head.startsWith("\xff\xd8\xff");
}

function isAnimated(head) {
  for (let at = 8; at < head.length; ) {
    const size = [0, 1, 2, 3].reduce((sum, place) => sum * 256 + (head.charCodeAt(at + place) || 0), 0);
    const chunk = head.slice(at + 4, at + 8);
    if (chunk === "IDAT" || chunk === "IEND") return false;
    if (chunk === "acTL") return true;
    at += size + 12;
  }
  return false;
}

const isZip = (head) => /^PK[\x03\x05\x07][\x04\x06\x08]/.test(head);

// Slides and Open Document files are ZIP files too, but not among those that are taken.
function isOtherOffice(head) {
  if (!head.startsWith("PK\x03\x04")) return false;
  if (holds(head, "word/") || holds(head, "xl/")) return false;
  const isOpen = ["text", "spreadsheet", "presentation"].some((word) => head.startsWith(OPEN_DOCUMENT + word, 30));
  return isOpen || holds(head, "ppt/");
}

// Whether the first entry of an Office file, or one of the four after it, lies in this folder.
function holds(head, folder) {
  if (head.startsWith(folder, 30)) return true;
  if (!["[Content_Types].xml", "_rels/.rels", "docProps"].some((name) => head.startsWith(name, 30))) return false;
  let at = 0;
  for (let entry = 0; entry < 4; entry += 1) {
    const next = head.indexOf("PK\x03\x04", at + 4);
    if (next < 0 || next + 4 > at + 4 + 6000) return false;
    if (head.startsWith(folder, next + 30)) return true;
    at = next;
  }
  return false;
}
