/** Writes docs/language/diagnostics.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderDiagnosticsPage } from "./diagnostics-page.ts";

writeFileSync(join(import.meta.dirname, "../../../../docs/language/diagnostics.md"), renderDiagnosticsPage());
