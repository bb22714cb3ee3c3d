import { type Explanation, explanations } from "@tvix-mesh/eval/diagnostic-explanations";

const head = `# Errors and warnings

Each has a code that never changes its meaning. \`tvix explain CODE\` prints the same texts. Codes of Tvix mean here what they mean there; those of 100
and above are our own. On the wire a code is the field \`code\` of a \`mesh.eval.v1.Diagnostic\`.

Warnings about how a text is written are given by \`tvix check FILE…\`, and by \`tvix eval\` and \`tvix build\` with \`--warnings\` for the files and
expressions of the command line, never for what these import. Names that begin with an underscore are not warned of.

What is said of URLs without quotes, of absolute paths and of paths without a dot before them is a setting, as in Nix: \`--lint-url-literals\`,
\`--lint-absolute-path-literals\` and \`--lint-short-path-literals\`, each followed by \`ignore\`, \`warn\` or \`fatal\`. They hold for all files that an
evaluation reads, and for those of \`tvix check\`. \`--option lint-url-literals warn\` says the same.

This page is written by \`node packages/cli/src/explain/write-diagnostics-page.ts\`.
`;

/** One code's part of the page. */
function section({ code, title, text, example }: Explanation): string {
  const shown = example === undefined ? "" : `\n\`\`\`nix\n${example}\n\`\`\`\n`;
  return `\n## ${code}: ${title}\n\n${text.replaceAll("<", "\\<")}\n${shown}`;
}

/** docs/language/diagnostics.md. */
export function renderDiagnosticsPage(): string {
  return head + explanations.map(section).join("");
}
