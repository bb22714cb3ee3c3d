import type { SpanNode } from "./span-tree.ts";

const isServer = ({ span }: SpanNode) => span.kind === "server";

/** Whether a span only tells what the ones above and below it tell: a call's other end, or an instance's own part. */
function isRepetition({ span, children }: SpanNode, parent: SpanNode | undefined): boolean {
  if (span.kind === "client") return children.some(isServer);
  const { "tvix.instance": instance, "tvix.backend": backend } = span.attributes;
  if (instance === undefined) return false;
  return children.length > 0 || backend === "grpc" || (parent !== undefined && isServer(parent));
}

/** One span a hop: a call is shown where it is served, and what an instance does is shown as its caller's doing. */
export function condenseTree(nodes: readonly SpanNode[], parent?: SpanNode): readonly SpanNode[] {
  return nodes.flatMap((node) => {
    const children = condenseTree(node.children, node);
    return isRepetition(node, parent) ? children : [{ span: node.span, children }];
  });
}
