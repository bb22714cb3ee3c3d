import { condenseTree } from "./condense-tree.ts";
import { formatDuration } from "./format-duration.ts";
import type { CollectedTrace } from "./span.ts";
import { joinEqual, type SpanBranch, toBranches } from "./span-branch.ts";
import { growSpanTree } from "./span-tree.ts";

export type TraceStyle = (format: "bold" | "dim" | "cyan" | "red", text: string) => string;

interface Row {
  readonly indent: string;
  readonly branch: SpanBranch;
}

function toRows(branches: readonly SpanBranch[], indent: string, isRoot: boolean): Row[] {
  return branches.flatMap((branch, index) => {
    const isLast = index === branches.length - 1;
    const own = isRoot ? "" : `${indent}${isLast ? "└─ " : "├─ "}`;
    const below = isRoot ? "" : `${indent}${isLast ? "   " : "│  "}`;
    return [{ indent: own, branch }, ...toRows(branch.children, below, false)];
  });
}

/** A call's name without its package, the derivation that it was about, or how many there were. */
function labelOf({ branch }: Row, full: boolean): string {
  const name = full ? branch.name : branch.name.replace(/^[a-z0-9.]+\.(?=[A-Z]\w*\/)/, "");
  if (branch.count > 1) return `${name} ×${branch.count}`;
  return branch.derivation === undefined ? name : `${name} ${branch.derivation}`;
}

/**
 * A head line, then one line a span: service, name indented by depth, duration, and what went wrong. Unless `full`, a
 * call is one line instead of both its ends, and siblings that look the same are one line with their number and sum.
 */
export function renderTrace({ summary, spans }: CollectedTrace, style: TraceStyle, full: boolean): string {
  const tree = growSpanTree(spans);
  const rows = toRows(full ? toBranches(tree) : joinEqual(toBranches(condenseTree(tree))), "", true);
  const serviceWidth = Math.max(0, ...rows.map(({ branch }) => branch.service.length));
  const nameWidth = Math.max(0, ...rows.map((row) => row.indent.length + labelOf(row, full).length));
  const lines = rows.map((row) => {
    const label = labelOf(row, full);
    const padding = " ".repeat(nameWidth - row.indent.length - label.length);
    const { service, durationNs, errors } = row.branch;
    const error = errors.length === 0 ? "" : `  ${style("red", `✗ ${errors[0]?.split("\n")[0] ?? ""}`.trimEnd())}`;
    const duration = formatDuration(durationNs).padStart(8);
    return `${style("cyan", service.padEnd(serviceWidth))}  ${style("dim", row.indent)}${label}${padding}  ${duration}${error}\n`;
  });
  const services = `${summary.services.length} service${summary.services.length === 1 ? "" : "s"}`;
  const head = style("bold", `trace ${summary.traceId}: ${summary.spanCount} spans in ${services}`);
  return `${head}\n${lines.join("")}`;
}
