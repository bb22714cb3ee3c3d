import { type BuiltinDocumentation, type BuiltinStatus, builtinDocumentation } from "./builtin-documentation.ts";

const head = `# Built-ins

Every built-in of current Nix, with what the evaluator has of it. \`:doc NAME\` in \`tvix repl\` prints the same texts.

All are attributes of \`builtins\`. Those marked * are also variables by their own names; the others are variables with two
underscores before their names, as \`__add\`. What needs an experimental feature is there when the evaluator was started
with the feature of that name. 

This page is written by \`node packages/cli/src/repl/write-builtins-page.ts\`.

| Built-in | Status | What it is |
|---|---|---|
`;

function statusText(status: BuiltinStatus): string {
  if (status.kind === "done") return "done";
  return status.kind === "feature" ? `with \`${status.feature}\`` : "**not done**";
}

function row({ name, parameters, isGlobal, summary, status }: BuiltinDocumentation): string {
  const reason = status.kind === "missing" ? ` Not done: ${status.reason}.` : "";
  const escaped = summary.replaceAll("<", "\\<").replaceAll("*", "\\*").replaceAll("__", "\\_\\_");
  return `| \`${[name, ...parameters].join(" ")}\`${isGlobal ? " *" : ""} | ${statusText(status)} | ${escaped}${reason} |\n`;
}

/** docs/language/builtins.md. */
export function renderBuiltinsPage(): string {
  const missing = builtinDocumentation.filter(({ status }) => status.kind === "missing").length;
  const count = `\n${builtinDocumentation.length - missing} of ${builtinDocumentation.length} are there.\n`;
  return head + builtinDocumentation.map(row).join("") + count;
}
