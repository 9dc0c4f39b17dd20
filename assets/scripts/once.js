// A form is sent once: its button waits, and is given back if the page comes back.
export function once() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button[type=submit]")) {
        button.dataset.was = button.textContent;
        setTimeout(() => {
          button.disabled = true;
          button.textContent = "در حال فرستادن …";
        });
      }
    });
  }
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[data-was]")) {
      button.disabled = false;
      button.textContent = button.dataset.was;
    }
  });
}
