// A page that is shown once is printed with one press; without a script the browser's own menu prints it.
export function printing() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
