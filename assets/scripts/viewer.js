// The reader of a bid's PDF: one page at a time, as a picture with its text over it, inside chrome from right to left.
import { getDocument, GlobalWorkerOptions, TextLayer } from "pdfjs-dist/build/pdf.min.mjs";
import { ascii, persian } from "./persian.js";

const ZOOMS = [0.75, 1, 1.25, 1.5, 2, 3];
let shown; // the file that is open, with its pages and zoom
let chrome;

export async function open(place, file) {
  GlobalWorkerOptions.workerSrc = place.dataset.worker;
  chrome ??= build(place);
  place.hidden = false;
  chrome.back = file.back;
  chrome.title.textContent = file.of === "1" ? file.title : `پیوست ${persian(file.number)}: ${file.title}`;
  say("در حال خواندن پرونده…");
  if (shown?.file.href !== file.href) {
    await shown?.pdf.loadingTask.destroy();
    shown = undefined;
    const parts = place.dataset.parts;
    // One request for the whole file, as for a download: it is recorded once that somebody opened it.
    const options = { url: file.href, disableRange: true, disableStream: true, useWasm: false, isEvalSupported: false };
    const where = { standardFontDataUrl: `${parts}standard_fonts/`, wasmUrl: `${parts}wasm/` };
    try {
      const pdf = await getDocument({ ...options, ...where }).promise;
      shown = { pdf, zoom: 1, file };
    } catch {
      chrome.sheet.replaceChildren();
      say("این پرونده در صفحه خوانده نشد؛ آن را دریافت کنید.");
      place.focus();
      return;
    }
  }
  shown.file = file;
  await turn(file.page);
  place.focus();
}

async function turn(number) {
  if (!shown) return;
  const { pdf } = shown;
  shown.page = Math.min(Math.max(Number(number) || 1, 1), pdf.numPages);
  chrome.number.value = persian(shown.page);
  chrome.of.textContent = `از ${persian(pdf.numPages)}`;
  chrome.before.disabled = shown.page === 1;
  chrome.after.disabled = shown.page === pdf.numPages;
  await draw();
  say(`صفحه ${persian(shown.page)} از ${persian(pdf.numPages)}`);
}

async function draw() {
  const turned = (shown.turn = Symbol("turn")); // whoever turns on while a page is drawn sees the later one
  const page = await shown.pdf.getPage(shown.page);
  const bare = page.getViewport({ scale: 1 });
  const scale = ((chrome.sheet.clientWidth || 480) / bare.width) * shown.zoom;
  const viewport = page.getViewport({ scale });
  const sharp = Math.min(devicePixelRatio || 1, 2);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.floor(viewport.width * sharp), Math.floor(viewport.height * sharp)];
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `تصویر صفحه ${persian(shown.page)}`);
  const transform = sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0];
  await page.render({ canvas, viewport, transform }).promise;
  const text = document.createElement("div");
  text.className = "textLayer";
  await new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
  if (shown?.turn !== turned) return;
  const leaf = document.createElement("div");
  leaf.className = "pdf-page";
  leaf.dir = "ltr";
  leaf.style.setProperty("inline-size", `${Math.floor(viewport.width)}px`);
  leaf.style.setProperty("block-size", `${Math.floor(viewport.height)}px`);
  leaf.style.setProperty("--total-scale-factor", String(scale));
  leaf.append(canvas, text);
  chrome.sheet.replaceChildren(leaf);
}

function zoom(step) {
  if (!shown) return;
  const at = ZOOMS.indexOf(shown.zoom);
  shown.zoom = ZOOMS[Math.min(Math.max(at + step, 0), ZOOMS.length - 1)];
  draw();
}

// Note this page beside the score in which one was last.
function note() {
  if (!shown) return;
  const { file, page } = shown;
  const text = `ص ${persian(page)}${file.of === "1" ? "" : `، پیوست ${persian(file.number)}`}`;
  const title = file.note(file.bid, text);
  say(title ? `«${text}» کنار «${title}» نوشته شد.` : "نخست در خانه‌های معیاری از همین پیشنهاد بروید، سپس این دکمه را بزنید.");
}

function say(text) {
  chrome.said.textContent = text;
}

function build(place) {
  const button = (label, text, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: text });
    if (label !== text) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const make = (name, values) => Object.assign(document.createElement(name), values);
  const title = make("h3", { className: "h6 pdf-title" });
  const number = make("input", { className: "form-control pdf-number", inputMode: "numeric", autocomplete: "off" });
  number.setAttribute("aria-label", "شماره صفحه");
  number.addEventListener("change", () => turn(ascii(number.value)));
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") turn(ascii(number.value));
  });
  const of = make("span", {});
  const before = button("صفحه پیشین", "پیشین", () => turn(shown?.page - 1));
  const after = button("صفحه بعدی", "بعدی", () => turn(shown?.page + 1));
  const said = make("p", { className: "fine mb-0 pdf-said" });
  said.setAttribute("role", "status");
  const sheet = make("div", { className: "pdf-sheet", tabIndex: 0, role: "region", ariaLabel: "صفحه پرونده" });
  const pages = make("div", { className: "pdf-pages" });
  pages.append(before, number, of, after);
  const bar = make("div", { className: "pdf-bar", role: "group", ariaLabel: "ابزار پرونده" });
  const close = button("بستن پرونده", "بستن", () => {
    place.hidden = true;
    chrome.back?.focus();
  });
  bar.append(pages, button("یادداشت این صفحه", "یادداشت این صفحه", note), button("کوچک‌تر", "−", () => zoom(-1)), button("بزرگ‌تر", "+", () => zoom(1)), close);
  place.replaceChildren(title, bar, said, sheet);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (shown && !place.hidden && innerWidth !== width) draw();
    width = innerWidth;
  });
  return { title, number, of, before, after, said, sheet, back: null };
}
