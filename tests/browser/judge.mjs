// Judges cases from standard input (JSON: {terms, forms: [values], files: [{name, content}], largest}) as the page does.
import { readFileSync } from "node:fs";
import { faultOf } from "../../assets/scripts/sealing/files.js";
import { dumps, judge } from "../../assets/scripts/sealing/rules.js";
import { fold, safeName } from "../../assets/scripts/sealing/text.js";

const given = JSON.parse(readFileSync(0, "utf8"));
const binary = (bytes) => bytes.toString("latin1");
const judged = (given.forms ?? []).map((values) => {
  const { problems, content } = judge(given.terms, values);
  return { problems, content: content && dumps(content) };
});
const faults = (given.files ?? []).map(({ name, content, size }) => {
  const bytes = Buffer.from(content, "base64");
  const bare = safeName(name);
  return [bare, faultOf(bare, size ?? bytes.length, binary(bytes.subarray(0, 8192)), binary(bytes.subarray(-66_000)), given.largest)];
});
const folded = (given.texts ?? []).map((text) => fold(text));
process.stdout.write(JSON.stringify({ judged, faults, folded }));
