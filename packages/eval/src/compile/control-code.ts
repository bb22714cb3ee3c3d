import { formatFloatForPrint } from "../number-format/format-float-for-print.ts";
import { showNode } from "../syntax/show-node.ts";
import type {
  AssertNode,
  AttributesLayout,
  CurrentPositionNode,
  IfNode,
  LetNode,
  ListNode,
  WithNode,
} from "../syntax/syntax-tree.ts";
import { makeAttrs } from "../values/attrs.ts";
import { NixError } from "../values/nix-error.ts";
import type { Environment } from "../values/thunk.ts";
import type { Lazy } from "../values/value.ts";
import type { Code, DelayedCode } from "./code.ts";
import type { Compiler } from "./compiler.ts";

export function ifCode(compiler: Compiler, node: IfNode): Code {
  const { machine } = compiler;
  const condition = compiler.compile(node.condition);
  const yes = compiler.deferred(node.yes);
  const no = compiler.deferred(node.no);
  return (environment) => {
    const value = condition(environment);
    if (value === true) return yes.run(environment);
    if (value === false) return no.run(environment);
    return machine.wrongType(value, "a Boolean", undefined, node.position);
  };
}

export function assertCode(compiler: Compiler, node: AssertNode): Code {
  const { machine } = compiler;
  const condition = compiler.compile(node.condition);
  const body = compiler.deferred(node.body);
  return (environment) => {
    const value = condition(environment);
    if (value === true) return body.run(environment);
    if (value !== false) return machine.wrongType(value, "a Boolean", undefined, node.position);
    const shown = showNode(node.condition, {
      resolvePath: (text) => compiler.resolvePath(text),
      formatFloat: formatFloatForPrint,
    });
    throw new NixError("assertion", `assertion '${shown}' failed`, node.position);
  };
}

export function listCode(compiler: Compiler, node: ListNode): Code {
  const elements = node.elements.map((element) => compiler.delay(element));
  const count = elements.length;
  const [first, second] = elements as [DelayedCode, DelayedCode];
  switch (count) {
    case 0:
      return () => [];
    case 1:
      return (environment) => [first(environment)];
    case 2:
      return (environment) => [first(environment), second(environment)];
    default:
      // Of its final size at once: `push` would make room for sixteen more.
      return (environment) => {
        const list: Lazy[] = new Array(count);
        for (let index = 0; index < count; index++) list[index] = (elements[index] as DelayedCode)(environment);
        return list;
      };
  }
}

/** The slots of a `let` stay empty until a variable is used. */
export function letCode(compiler: Compiler, node: LetNode): Code {
  const { scope } = node.attributes.layout as AttributesLayout;
  const size = scope.expressions.length;
  const body = compiler.compile(node.body);
  return (environment) => {
    const inner: Environment = new Array(size);
    inner[0] = environment;
    return body(inner);
  };
}

export function withCode(compiler: Compiler, node: WithNode): Code {
  const subject = compiler.delayEagerly(node.subject);
  const body = compiler.compile(node.body);
  return (environment) => body([environment, subject(environment)]);
}

export function currentPositionCode(compiler: Compiler, node: CurrentPositionNode): Code {
  const at = compiler.machine.describePosition(node.position);
  const value =
    at === undefined
      ? null
      : makeAttrs([
          ["file", at.file],
          ["line", at.line],
          ["column", at.column],
        ]);
  return () => value;
}
