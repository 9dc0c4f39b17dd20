// The browser's own private storage for sealed payloads: its file system, else its database, else memory until the page
// is left. Only sealed bytes are put here.
const FOLDER = "sealed";
const memory = new Map();

// Return {write, close, abort} for a new payload of this name; it is there once `close` has returned.
export async function newPayload(name) {
  try {
    const file = await (await folder()).getFileHandle(name, { create: true });
    const out = await file.createWritable();
    return { write: (piece) => out.write(piece), close: () => out.close(), abort: () => out.abort().catch(() => {}) };
  } catch (failure) {
    if (failure?.name === "QuotaExceededError") throw failure;
    return collected(name);
  }
}

// Return the payload of this name as a Blob, or null.
export async function payload(name) {
  if (memory.has(name)) return memory.get(name);
  try {
    const file = await (await (await folder()).getFileHandle(name)).getFile();
    if (file.size) return file;
  } catch {
    // It is not in the file system.
  }
  return (await inDatabase("readonly", (blobs) => blobs.get(name)).catch(() => null)) ?? null;
}

export async function forgetPayload(name) {
  memory.delete(name);
  await folder().then((there) => there.removeEntry(name)).catch(() => {});
  await inDatabase("readwrite", (blobs) => blobs.delete(name)).catch(() => {});
}

// Forget every payload whose name begins so, but one: what a closed page left half sealed.
export async function forgetOthers(beginning, but) {
  const others = (name) => name.startsWith(beginning) && name !== but;
  try {
    for await (const name of (await folder()).keys()) if (others(name)) await forgetPayload(name);
  } catch {
    // There is no file system.
  }
  const names = await inDatabase("readonly", (blobs) => blobs.getAllKeys()).catch(() => []);
  for (const name of names.filter(others)) await forgetPayload(name);
}

async function folder() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}

function collected(name) {
  let whole = new Blob([]);
  return {
    write: async (piece) => (whole = new Blob([whole, piece])),
    close: () => inDatabase("readwrite", (blobs) => blobs.put(whole, name)).catch(() => memory.set(name, whole)),
    abort: async () => (whole = null),
  };
}

function inDatabase(mode, ask) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(FOLDER, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(FOLDER);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const turn = opening.result.transaction(FOLDER, mode);
      const answer = ask(turn.objectStore(FOLDER));
      turn.oncomplete = () => (opening.result.close(), resolve(answer.result));
      turn.onabort = () => (opening.result.close(), reject(turn.error));
    };
  });
}
