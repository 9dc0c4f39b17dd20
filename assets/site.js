import "./autosave.js";
