// Digests and links are copied with one press; without a script they are plain text to select.
export function copying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const said = button.querySelector("span") ?? button;
      const was = said.textContent;
      said.textContent = "رونوشت شد";
      setTimeout(() => (said.textContent = was), 2000);
    });
  }
}
