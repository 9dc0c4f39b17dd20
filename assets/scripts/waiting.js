// What was typed into a score sheet and did not reach the server: kept in this device, each page's own apart from another's,
// until it is saved, or the sheet is confirmed, or the person signs out.
const PREFIX = "sheet-";
const ANSWER = 300;
const mark = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const memory = new Map(); // a store that is full or closed keeps nothing: then memory does, until the page is left
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("tender-sheets") : null;
const alive = new Set([mark]);

channel?.addEventListener("message", ({ data }) => {
  if (data.ask) channel.postMessage({ here: mark });
  if (data.here) alive.add(data.here);
});

const keyOf = (sheet, path) => `${PREFIX}${sheet}:${path}:${mark}`;

export function keep(sheet, path, value) {
  const entry = JSON.stringify({ ...value, path, at: Date.now(), from: location.pathname });
  memory.set(keyOf(sheet, path), entry);
  quietly(() => localStorage.setItem(keyOf(sheet, path), entry));
}

export function kept(sheet, path) {
  const key = keyOf(sheet, path);
  return quietly(() => localStorage.getItem(key)) ?? memory.get(key) ?? null;
}

export function forget(sheet, path) {
  drop(keyOf(sheet, path));
}

// Entries of pages that were closed before they could send; those of open pages are theirs to send.
export async function left(sheet) {
  alive.clear();
  alive.add(mark);
  channel?.postMessage({ ask: true });
  await new Promise((resolve) => setTimeout(resolve, channel ? ANSWER : 0));
  return keys(`${PREFIX}${sheet}:`)
    .filter((key) => !alive.has(key.split(":").at(-1)))
    .map((key) => ({ key, ...parsed(key) }))
    .filter((entry) => entry.path)
    .sort((one, other) => one.at - other.at);
}

export function count(sheet = "") {
  return keys(sheet ? `${PREFIX}${sheet}:` : PREFIX).length;
}

export function forgetAll(sheet = "") {
  keys(sheet ? `${PREFIX}${sheet}:` : PREFIX).forEach(drop);
}

export function drop(key) {
  memory.delete(key);
  quietly(() => localStorage.removeItem(key));
}

function keys(prefix) {
  const stored = quietly(() => Object.keys(localStorage)) ?? [];
  return [...new Set([...stored, ...memory.keys()])].filter((key) => new RegExp(`^${PREFIX}\\d+:`).test(key) && key.startsWith(prefix));
}

function parsed(key) {
  try {
    return JSON.parse(quietly(() => localStorage.getItem(key)) ?? memory.get(key));
  } catch {
    return {};
  }
}

function quietly(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
