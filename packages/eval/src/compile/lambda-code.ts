import type { LambdaNode, SlotScope } from "../syntax/syntax-tree.ts";
import { Closure, type FormalParameter, LambdaTemplate } from "../values/functions.ts";
import { Deferred, type Environment } from "../values/thunk.ts";
import type { Compiler } from "./compiler.ts";

export function lambdaCode(compiler: Compiler, node: LambdaNode): (environment: Environment) => Closure {
  const template = lambdaTemplate(compiler, node);
  return (environment) => new Closure(template, environment);
}

function lambdaTemplate(compiler: Compiler, node: LambdaNode): LambdaTemplate {
  const scope = node.scope as SlotScope;
  const inner = node.body.kind === "lambda" ? lambdaTemplate(compiler, node.body) : undefined;
  const body =
    inner === undefined
      ? compiler.deferred(node.body)
      : new Deferred((environment: Environment) => new Closure(inner, environment));
  const firstSlot = node.argument === undefined ? 1 : 2;
  const formals = node.formals?.map(
    (formal, index): FormalParameter => ({
      name: formal.name,
      position: formal.position,
      hasDefault: formal.fallback !== undefined,
      slot: firstSlot + index,
    }),
  );
  return new LambdaTemplate({
    name: node.name,
    position: node.position,
    argumentName: node.argument,
    formals,
    hasEllipsis: node.hasEllipsis,
    slotCount: scope.expressions.length - 1,
    body,
    inner,
  });
}
