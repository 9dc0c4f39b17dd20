// The firm's own copy of a sealed envelope, and the key that opens it: both stay on the firm's devices.
import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

const PREFIX = "tender:key:";
let held = null;

// Return the firm's key {secret, recipient}; it is made on this device when there is none.
export async function ownKey(firm) {
  const secret = read(firm) ?? held ?? (await generateX25519Identity());
  held = secret;
  try {
    localStorage.setItem(PREFIX + firm, secret);
  } catch {
    // A closed store keeps nothing: the recovery file is the only copy of the key then.
  }
  return { secret, recipient: await identityToRecipient(secret) };
}

// The recovery file: an identity file of age, with plain words about what it is for.
export const recoveryText = (key, firm) =>
  [
    `# کلید نسخه‌های پاکت، ${firm}`,
    "# با این کلید نسخه‌هایی که از پاکت‌های خود نگه داشته‌اید گشوده می‌شود.",
    "# هر کس این پرونده و آن نسخه را داشته باشد، پیشنهاد شما را می‌خواند. آن را جدا از نسخه‌ها و جای امن نگه دارید.",
    "# سامانه این کلید را ندارد و نمی‌تواند آن را بازگرداند. پاکتی که فرستاده‌اید با این کلید گشوده نمی‌شود.",
    "# بیرون از سامانه: age -d -i key.txt copy.age > copy.zip",
    `# public key: ${key.recipient}`,
    key.secret,
    "",
  ].join("\n");

// Open a copy with the key of this device or of a recovery file; resolves with the ZIP, rejects where it does not fit.
export async function openCopy(copy, secret) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(secret);
  return new Response(await decrypter.decrypt(copy.stream())).blob();
}

export const secretIn = (text) => /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(text)?.[0] ?? null;

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function read(firm) {
  try {
    return localStorage.getItem(PREFIX + firm);
  } catch {
    return null;
  }
}
