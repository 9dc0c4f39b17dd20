// What is remembered of the envelope that this browser sealed and has not placed yet: one for each tender, firm and kind.
const PREFIX = "tender:sealed:";
const memory = new Map();

export function recordOf(keep) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + keep)) ?? memory.get(keep) ?? null;
  } catch {
    return memory.get(keep) ?? null;
  }
}

export function remember(keep, record) {
  memory.set(keep, record);
  try {
    localStorage.setItem(PREFIX + keep, JSON.stringify(record));
  } catch {
    // A full or closed store keeps nothing: memory has it, until the page is left.
  }
}

export function forgetRecord(keep) {
  memory.delete(keep);
  try {
    localStorage.removeItem(PREFIX + keep);
  } catch {
    // Memory has forgotten it.
  }
}

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
