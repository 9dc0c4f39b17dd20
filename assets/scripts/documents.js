// A PDF of a bid opens beside the sheet: its reader is fetched when the first one is asked for, not before.
export function documents() {
  const place = document.querySelector("[data-pdf-viewer]");
  if (!place) return;
  let cell = null; // to which a page is noted: that in which one was last
  document.addEventListener("focusin", ({ target }) => {
    cell = target.closest("[data-cell]") ?? cell;
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-pdf]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const { open } = await import(place.dataset.script);
      const page = Number(/#page=(\d+)/.exec(link.hash)?.[1] ?? 1);
      await open(place, { ...namedBy(link), page, note, back: link });
    } catch {
      location.assign(link.href); // the file itself, as without scripts
    }
  });

  // What the file is called stands on its own row in the list, also for a link that names a page of it.
  function namedBy(link) {
    const href = link.href.replace(/#.*/, "");
    const row = [...document.querySelectorAll("a[data-pdf][data-title]")].find((other) => other.href === href) ?? link;
    const { title = "", place: number = "1", of = "1", bid = "" } = row.dataset;
    return { href, title, number, of, bid };
  }

  // Write a page of the open file beside a score of its bid; return of which, or nothing where none was chosen.
  function note(bid, text) {
    const cells = [...document.querySelectorAll(`[data-cell][data-bid="${bid}"]:not([disabled])`)];
    const chosen = cells.length === 1 ? cells[0] : cells.find((one) => one === cell);
    const field = chosen?.querySelector("[data-pages]");
    if (!field) return "";
    const noted = field.value.split("؛").map((part) => part.trim()).filter(Boolean);
    if (!noted.includes(text)) field.value = [...noted, text].join("؛ ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    return chosen.dataset.title;
  }
}
