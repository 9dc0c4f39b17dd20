// Comfort on top of pages that work without it: nothing here decides anything.
import { autosave } from "./scripts/autosave.js";
import { deviceClock } from "./scripts/clock.js";
import { copying } from "./scripts/copying.js";
import { countdowns } from "./scripts/countdown.js";
import { documents } from "./scripts/documents.js";
import { keeping } from "./scripts/keeping.js";
import { live } from "./scripts/live.js";
import { money } from "./scripts/money.js";
import { once } from "./scripts/once.js";
import { printing } from "./scripts/printing.js";
import { shortcuts } from "./scripts/shortcuts.js";
import { weights } from "./scripts/weights.js";

countdowns();
deviceClock();
keeping();
autosave();
shortcuts();
documents();
once();
money();
live();
copying();
printing();
weights();
document.querySelector("[data-focus]")?.focus();
