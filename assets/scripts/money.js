// While amounts are typed: thousands apart, and the sum of the parts in figures and words.
import { ascii, grouped, inWords } from "./persian.js";

const amountOf = (field) => BigInt(ascii(field.value).replace(/\D/g, "") || "0");

export function money() {
  const parts = [...document.querySelectorAll("[data-money-part]")];
  const fields = [...parts, ...document.querySelectorAll(".money input")];
  for (const field of new Set(fields)) {
    field.addEventListener("input", () => {
      const amount = amountOf(field);
      const isPlain = /^[\d۰-۹٠-٩,٬،\s]*$/.test(field.value);
      if (isPlain && field.value.trim()) field.value = grouped(amount);
      sum();
    });
  }
  if (parts.length) sum();

  function sum() {
    const box = document.querySelector("[data-money-total]");
    if (!box) return;
    const total = parts.reduce((whole, field) => whole + amountOf(field), 0n);
    box.querySelector("[data-figures]").textContent = grouped(total);
    box.querySelector("[data-words]").textContent = `${inWords(total)} ریال`;
  }
}
