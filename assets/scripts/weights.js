// While weights are typed: the sum of each family of siblings, in hundredths, so that no binary fraction enters it.
import { ascii, persian } from "./persian.js";

const WHOLE = 10000;

const hundredths = (text) => {
  const found = /^(\d+)(?:\.(\d{1,2}))?$/.exec(ascii(text).replace(/[٫/]/, ".").trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : 0;
};
const left = (sum) => (sum < WHOLE ? `؛ ${shown(WHOLE - sum)} مانده` : sum > WHOLE ? `؛ ${shown(sum - WHOLE)} زیاد` : "");
const shown = (sum) => persian(String(sum / 100)).replace(".", "٫");

export function weights() {
  const table = document.querySelector("[data-weights]");
  const list = document.querySelector("[data-weight-sums]");
  if (!table || !list) return;
  table.addEventListener("input", () => {
    const told = families(table).map(({ name, sum }) => {
      const item = document.createElement("li");
      const figure = document.createElement("b");
      figure.textContent = shown(sum);
      item.classList.toggle("is-todo", sum !== WHOLE);
      const line = document.createElement("span");
      line.append(`جمع وزن ${name}: `, figure, ` از ۱۰۰${left(sum)}`);
      item.append(line);
      return item;
    });
    list.replaceChildren(...told);
  });
}

function families(table) {
  const first = { name: "معیارهای اصلی", sum: 0, rows: 0 };
  const found = [first];
  for (const row of table.tBodies[0].rows) {
    const [level, title, weight] = [...row.querySelectorAll("select, input")].map((field) => field.value);
    if (!title.trim() && !weight.trim()) continue;
    const isChild = level === "1" && first.rows > 0;
    if (!isChild) found.push({ name: `زیرمعیارهای «${title.trim()}»`, sum: 0, rows: 0 });
    const family = isChild ? found.at(-1) : first;
    family.sum += hundredths(weight);
    family.rows += 1;
  }
  return found.filter(({ rows }) => rows > 0);
}
