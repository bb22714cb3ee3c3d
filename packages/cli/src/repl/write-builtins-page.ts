/** Writes docs/language/builtins.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderBuiltinsPage } from "./builtins-page.ts";

const folder = join(import.meta.dirname, "../../../../docs/language");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "builtins.md"), renderBuiltinsPage());
