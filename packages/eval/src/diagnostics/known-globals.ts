import { plainGlobals } from "../builtins/store-names.ts";

/** Globals by names that a program would not give to something else on purpose. */
export const knownGlobals: ReadonlySet<string> = new Set([...plainGlobals, "true", "false", "null", "builtins"]);
