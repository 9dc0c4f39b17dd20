// Seals what standard input describes (JSON: {recipient, own, terms, values, field, files: [{name, content}]}).
import { readFileSync } from "node:fs";
import { seal } from "../../assets/scripts/sealing/envelope.js";
import { judge } from "../../assets/scripts/sealing/rules.js";

const { recipient, own, terms, values, field, files } = JSON.parse(readFileSync(0, "utf8"));
const { content } = judge(terms, values);
const parts = [];
const sealed = await seal({
  recipient,
  own,
  content,
  field,
  files: files.map(({ name, content: text }) => new File([Buffer.from(text, "base64")], name)),
  write: async (piece) => parts.push(Buffer.from(piece)),
});
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const { header, copyHeader, ...rest } = sealed;
const told = { ...rest, header: base64(header), copyHeader: base64(copyHeader), payload: base64(Buffer.concat(parts)) };
process.stdout.write(JSON.stringify(told));
