// Loaded when the first PDF is opened.
export { open } from "./scripts/viewer.js";
