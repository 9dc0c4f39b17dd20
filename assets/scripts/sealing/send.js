// Sending a sealed payload (tus 1.0.0) and the small acts around it. A lost line is waited out, a session that ended is
// told; only what the server refuses ends a sending.
import { Upload } from "tus-js-client";

const DELAYS = [1, 2, 5, 10, 20, 30].map((seconds) => seconds * 1000);
const SESSION = [400, 401];
const GONE = [404, 410];
const CONFLICT = 409; // bytes came meanwhile, or the act is refused for good: asking again shows which
const MOST_CONFLICTS = 2;
const AGAIN = [CONFLICT, 423, 429]; // another part is being written, or too many come at once
const FULL = 507;
const MOST_RENEWED = 5;
const REFUSED = "سامانه این ارسال را نپذیرفت؛ صفحه را تازه کنید و دوباره بکوشید.";

// The server's refusal, in its own Persian words.
export class Refused extends Error {
  constructor(reason, status) {
    super(reason);
    this.status = status;
  }
}

// Send `blob` to a new upload at `address`, or on to the one at `url`; resolves with its address when all has come.
// `told` hears of {url}, {sent} bytes, and what is waited for: {waits: "line", "session" or null,
// reason: the server's own words, where its store is full}.
export async function send({ blob, address, url, part, signal, told }) {
  let at = url;
  const sent = (bytes) => told({ sent: bytes });
  const named = (name) => told({ url: (at = name) });
  await patiently(signal, told, (moved) => once({ blob, address, url: at, part, signal, sent, named, moved }));
  return at;
}

// Post form fields and resolve with the answer's JSON; raises Refused.
export function post(address, fields, { signal, told }) {
  return patiently(signal, told, async () => {
    const body = new URLSearchParams({ ...fields, csrf_token: token() });
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, signal });
    if (!answer.ok || answer.redirected) throw new Failure(answer.redirected ? 401 : answer.status, await answer.text());
    return answer.json();
  });
}

// Give an upload up; what is left of it the server forgets by itself.
export async function giveUp(url) {
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token() };
  await fetch(url, { method: "DELETE", headers }).catch(() => {});
}

class Failure extends Error {
  constructor(status, body) {
    super(`${status}`);
    Object.assign(this, { status, body });
  }
}

// Do an act until it is done. It is given a function to call when it moved on, after which patience begins anew.
async function patiently(signal, told, act) {
  let conflicts = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await act(() => (tries = conflicts = 0));
      told({ waits: null });
      return answer;
    } catch (failure) {
      signal.throwIfAborted();
      const status = failure instanceof Failure ? failure.status : 0;
      const session = SESSION.includes(status) ? await renewed() : "line";
      if (session === "renewed" && tries < MOST_RENEWED) continue;
      if (status === CONFLICT) conflicts += 1;
      if (["same", "renewed"].includes(session) || isFinal(status) || conflicts > MOST_CONFLICTS) {
        throw new Refused(reasonIn(failure.body) || REFUSED, status);
      }
      if (status !== CONFLICT) told({ waits: session, reason: status === FULL ? reasonIn(failure.body) : "" });
      await pause(DELAYS[status === CONFLICT ? 0 : Math.min(tries, DELAYS.length - 1)], signal);
    }
  }
}

const isFinal = (status) => status >= 400 && status < 500 && !SESSION.includes(status) && !AGAIN.includes(status);

function once({ blob, address, url, part, signal, sent, named, moved }) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(blob, {
      endpoint: address,
      uploadUrl: url,
      chunkSize: part,
      retryDelays: null,
      storeFingerprintForResuming: false,
      headers: { Accept: "application/json" },
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
      onUploadUrlAvailable: () => named(upload.url),
      onProgress: (bytes) => sent(bytes),
      onChunkComplete: moved,
      onSuccess: resolve,
      onError: (failure) => {
        const answer = failure.originalResponse;
        if (!answer?.getStatus()) reject(failure);
        // What is no answer to a part is the page of signing in, to which the browser was led.
        else reject(new Failure(answer.getStatus() < 400 ? 401 : answer.getStatus(), answer.getBody()));
      },
    });
    signal.addEventListener("abort", () => upload.abort().finally(() => reject(signal.reason)), { once: true });
    upload.start();
  });
}

export const isGone = (failure) => failure instanceof Refused && GONE.includes(failure.status);

function reasonIn(body) {
  try {
    return JSON.parse(body).reason ?? "";
  } catch {
    return "";
  }
}

const token = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

// After signing in again in another tab, this page's token is of the old session: take a new one. Tells whether one
// was "renewed" or is the "same", or what is waited for: the "line", or a new "session".
async function renewed() {
  const page = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!page) return "line";
  if (page.redirected || page.status === 401) return "session";
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("input[name=csrf_token]");
  if (!fresh?.value) return "line";
  if (fresh.value === token()) return "same";
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = fresh.value;
  return "renewed";
}

function pause(time, signal) {
  return new Promise((resolve, reject) => {
    const go = () => (clearTimeout(timer), removeEventListener("online", go), resolve());
    const timer = setTimeout(go, time);
    addEventListener("online", go);
    signal.addEventListener("abort", () => (go(), reject(signal.reason)), { once: true });
  });
}
