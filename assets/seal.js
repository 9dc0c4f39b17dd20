// Loaded on the sealing page alone.
import { sealing } from "./scripts/sealing/page.js";

sealing();
