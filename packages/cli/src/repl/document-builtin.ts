import { type BuiltinDocumentation, builtinDocumentation } from "./builtin-documentation.ts";

const byName = new Map(builtinDocumentation.map((entry) => [entry.name, entry]));

function synopsis({ name, parameters }: BuiltinDocumentation): string {
  return [`builtins.${name}`, ...parameters].join(" ");
}

/** What `:doc` says of a built-in; undefined if there is none of that name. Ends with a newline. */
export function documentBuiltin(name: string): string | undefined {
  const entry = byName.get(name);
  if (!entry) return undefined;
  const { status } = entry;
  const note =
    status.kind === "done"
      ? []
      : status.kind === "feature"
        ? [`Needs the experimental feature ${status.feature}.`]
        : [`Not here: ${status.reason}.`];
  return [synopsis(entry), `  ${entry.summary}`, ...note.map((line) => `  ${line}`), ""].join("\n");
}
