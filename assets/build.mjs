// Builds assets/ into tender_app/static/: every file carries its own digest in its name, so that it can be kept for ever;
// manifest.json tells the application which is which. Written into a side folder first: a failed build leaves the old one.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { build } from "esbuild";

const from = "assets";
const out = "tender_app/static";
const side = "node_modules/.static";
const fonts = "node_modules/vazirmatn/fonts/ttf";
const reader = "node_modules/pdfjs-dist";
const manifest = {};

await rm(side, { recursive: true, force: true });
await mkdir(join(side, "fonts"), { recursive: true });

const { metafile } = await build({
  entryPoints: [`${from}/site.css`, `${from}/site.js`, `${from}/seal.js`, `${from}/viewer.js`, `${reader}/build/pdf.worker.min.mjs`],
  outdir: side,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  entryNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  loader: { ".woff2": "file", ".svg": "file" },
  legalComments: "none",
  logLevel: "warning",
});
for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) manifest[basename(entryPoint)] = basename(path);
}

for (const name of ["icons.svg", "emblem.svg"]) {
  const bytes = await readFile(join(from, name));
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  manifest[name] = `${basename(name, extname(name))}.${digest}${extname(name)}`;
  await writeFile(join(side, manifest[name]), bytes);
}

// The fonts of printed documents keep their names: the PDF layer reads them from disk, no browser does.
for (const name of ["Vazirmatn-Regular.ttf", "Vazirmatn-Bold.ttf"]) {
  await cp(join(fonts, name), join(side, "fonts", name));
}
await cp("node_modules/vazirmatn/OFL.txt", join(side, "fonts", "OFL.txt"));

// What the reader of PDFs fetches where a file needs it: fonts that files leave out, and decoders of scans (without wasm,
// which the page's policy does not let run). The folder carries the reader's version: it is kept for ever too.
const { version } = JSON.parse(await readFile(join(reader, "package.json"), "utf8"));
manifest.pdf = `pdfjs-${version}/`;
await cp(join(reader, "standard_fonts"), join(side, manifest.pdf, "standard_fonts"), { recursive: true });
for (const name of await readdir(join(reader, "wasm"))) {
  if (/nowasm|LICENSE/.test(name)) await cp(join(reader, "wasm", name), join(side, manifest.pdf, "wasm", name));
}

// Every package of which a part is served is named with its licence.
const packages = new Set(Object.keys(metafile.inputs).map((path) => /.*node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(path)?.[0]));
packages.delete(undefined);
const licences = [];
for (const folder of [...packages].sort()) {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? await readFile(join(folder, file), "utf8") : JSON.parse(await readFile(join(folder, "package.json"), "utf8")).license;
  licences.push(`${folder.replace(/.*node_modules\//, "").replace(/\/$/, "")}\n\n${text.trim()}\n`);
}
await writeFile(join(side, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
await writeFile(join(side, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

await rm(out, { recursive: true, force: true });
await rename(side, out);
