// Sealing: one age file around a ZIP of the files and form.json, as sealing/envelope.py makes it. Plain bytes pass
// through memory only, a piece at a time.
import { Encrypter } from "age-encryption";
import { Zip, ZipPassThrough } from "fflate";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { dumps } from "./rules.js";
import { safeName } from "./text.js";

const PIECE = 256 * 1024;
const NO_DAY = new Date(1980, 0, 1); // the first that a ZIP can hold: when a file was packed is nobody's business

// Seal `content` and `files` (File objects of the form's field `field`) to the tender's `recipient`, and write the
// payload with `write` (an async function of Uint8Array). `own` is the firm's own recipient: `copyHeader` opens the
// same payload with the firm's key too, and stays on the device; `header`, which is sent, has the tender's key alone.
// `progress` is told the plain bytes that are sealed so far.
export async function seal({ recipient, own, content, field, files, write, progress = () => {} }) {
  const listed = files.map((file) => ({ field, name: safeName(file.name), size: file.size }));
  const form = utf8ToBytes(dumps({ ...content, files: listed }));
  const keyed = { key: null };
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  encrypter.addRecipient(own);
  encrypter.addRecipient({ wrapFileKey: (key) => ((keyed.key = key), []) });
  const sealed = await encrypter.encrypt(streamOf(zipped(files, listed, form, progress)));
  const reader = sealed.getReader();
  let held = new Uint8Array(0);
  let end = -1;
  while (end < 0) {
    const { value, done } = await reader.read();
    if (done) throw new Error("no end of the age header");
    held = concatBytes(held, value);
    end = endOfHeader(held);
  }
  const copyHeader = held.slice(0, end);
  const header = forTenderAlone(copyHeader, keyed.key);
  const hash = sha256.create();
  let size = 0;
  for (let piece = held.slice(end), done = false; !done; { value: piece, done } = await reader.read()) {
    if (!piece.length) continue;
    hash.update(piece);
    size += piece.length;
    await write(piece);
  }
  const payloadDigest = bytesToHex(hash.digest());
  return { header, copyHeader, payloadDigest, digest: envelopeDigest(header, payloadDigest), size };
}

export function envelopeDigest(header, payloadDigest) {
  return bytesToHex(sha256(concatBytes(sha256(header), hexToBytes(payloadDigest))));
}

function endOfHeader(bytes) {
  const text = String.fromCharCode(...bytes.subarray(0, 4096));
  const found = /\n---[^\n]*\n/.exec(text);
  return found ? found.index + found[0].length : -1;
}

// The header with its first stanza only, under a code of its own (age: HMAC under a key derived from the file key).
function forTenderAlone(header, fileKey) {
  const [version, first] = new TextDecoder().decode(header).split("\n-> ");
  const covered = `${version}\n-> ${first}\n---`;
  const code = hmac(sha256, hkdf(sha256, fileKey, undefined, utf8ToBytes("header"), 32), utf8ToBytes(covered));
  fileKey.fill(0);
  return utf8ToBytes(`${covered} ${btoa(String.fromCharCode(...code)).replace(/=+$/, "")}\n`);
}

async function* zipped(files, listed, form, progress) {
  let ready = [];
  const zip = new Zip((failure, bytes) => {
    if (failure) throw failure;
    ready.push(bytes);
  });
  const taken = () => ready.splice(0);
  let done = 0;
  for (const [place, file] of files.entries()) {
    const entry = added(zip, `files/${place}/${listed[place].name}`);
    for (let at = 0; at < file.size; at += PIECE) {
      const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
      entry.push(piece);
      yield* taken();
      progress((done += piece.length));
    }
    entry.push(new Uint8Array(0), true);
  }
  added(zip, "form.json").push(form, true);
  zip.end();
  yield* taken();
}

function added(zip, name) {
  const entry = new ZipPassThrough(name);
  entry.mtime = NO_DAY;
  zip.add(entry);
  return entry;
}

function streamOf(pieces) {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => pieces.return(),
  });
}
