import { describe, expect, it } from "vitest";
import { createEvaluator, type Evaluation } from "../evaluator.ts";
import { createLocalEvalIO } from "../local-eval-io.ts";
import { ContextElement, contextElements } from "../values/context.ts";
import { contextOf, type Lazy, textOf } from "../values/value.ts";

const io = createLocalEvalIO({
  environment: {},
  homeDirectory: "/",
  copyToStore: (path) => `/nix/store/${path.slice(path.lastIndexOf("/") + 1)}`,
});
const evaluator = createEvaluator({ io });

function withValue<Result>(text: string, use: (evaluation: Evaluation, value: Lazy) => Result): Result {
  return evaluator.evaluate({}, (evaluation) => use(evaluation, evaluation.expression(text, "/here")));
}

describe("print", () => {
  it.each([
    ["{ a = 1; b = 1 + 1; c = x: x; d = { }; }", "{ a = 1; b = <CODE>; c = <CODE>; d = <CODE>; }"],
    ["let f = x: x; in builtins.seq f [ f map (map 1) ]", "[ <LAMBDA> <PRIMOP> <CODE> ]"],
    ['"\\n\\t\\r\\"\\\\\\${}$"', '"\\n\\t\\r\\"\\\\\\${}$"'],
    ["[ 1.0 1.5e300 ./a null true ]", "[ 1 1.5e+300 /here/a null true ]"],
  ])("shows %s without evaluating it", (text, shown) => {
    expect(withValue(text, ({ context, print }, value) => print(context.force(value)))).toBe(shown);
  });

  it("shows a set within itself as repeated", () => {
    const shown = withValue("let x = { a = x; l = [ 1 2 3 x ]; }; in x", ({ context, print }, value) => {
      context.forceDeep(value);
      return print(value);
    });
    expect(Buffer.from(shown, "latin1").toString()).toBe("{ a = «repeated»; l = [ 1 2 3 «repeated» ]; }");
  });
});

describe("show", () => {
  const show = (text: string, deep: boolean) =>
    Buffer.from(
      withValue(text, (evaluation, value) => evaluation.show(value, { deep })),
      "latin1",
    ).toString();

  it.each([
    ["{ a = 1 + 1; b = { c = 2; }; l = [ 1 ]; e = { }; }", "{ a = 2; b = { ... }; e = { ... }; l = [ ... ]; }"],
    ["[ (1 + 1) [ ] { a = 1; } map (map 1) ]", "[ 2 [ ... ] { ... } «primop» «primop-app» ]"],
    ["x: x", "«lambda @ «string»:1:1»"],
    ['{ "a b" = "\\n\\"\\${x}"; "if" = null; }', '{ "a b" = "\\n\\"${x}"; if = null; }'],
    ['{ type = "derivation"; drvPath = "/d"; }', "«derivation /d»"],
    ['[ { type = "derivation"; } 1.0 ./a ]', "[ «derivation ???» 1 /here/a ]"],
    ["let x = { a = 1; }; in [ x x ]", "[ { ... } «repeated» ]"],
  ])("shows one level of %s", (text, shown) => {
    expect(show(text, false)).toBe(shown);
  });

  it("shows everything in depth, but nothing twice", () => {
    const text = "let x = { a = x; l = [ 1 [ x 2 ] { } [ ] ]; }; in { inherit x; y = x; }";
    expect(show(text, true)).toBe("{ x = { a = «repeated»; l = [ 1 [ «repeated» 2 ] { } [ ] ]; }; y = «repeated»; }");
  });

  it("shows what fails in its place, and what is shown itself as an error", () => {
    expect(show('{ a = throw "x"; b = 1; c = 1 + "a"; }', false)).toMatch(
      /^\{ a = «error: x»; b = 1; c = «error: .+»; \}$/,
    );
    expect(() => show('throw "x"', false)).toThrow("x");
  });
});

describe("type", () => {
  it.each([
    ["1", "an integer"],
    ["map", "the built-in function 'map'"],
    ["map (x: x)", "the partially applied built-in function 'map'"],
  ])("of %s", (text, type) => {
    expect(withValue(text, (evaluation, value) => evaluation.type(value))).toBe(type);
  });
});

describe("json", () => {
  it("evaluates everything and keeps the context of what it copies", () => {
    const json = withValue(
      '{ b = [ 1 1.5 null true ]; a = ./f; c = { outPath = "o"; x = 1; }; }',
      ({ json: write }, value) => write(value),
    );
    expect(textOf(json)).toBe('{"a":"/nix/store/f","b":[1,1.5,null,true],"c":"o"}');
    expect(contextElements(contextOf(json))).toEqual([new ContextElement("path", "/nix/store/f")]);
  });

  it("refuses functions", () => {
    expect(() => withValue("{ a = x: x; }", ({ json: write }, value) => write(value))).toThrow(
      "cannot convert a function to JSON",
    );
  });
});

describe("xml", () => {
  const xml = (text: string, strict: boolean, location: boolean) =>
    withValue(text, ({ context, xml: write }, value) => textOf(write(context.force(value), { strict, location })));

  it("writes positions where it is asked to", () => {
    expect(xml("{ a = { b, ... }@c: 1; }", true, true)).toBe(
      [
        "<?xml version='1.0' encoding='utf-8'?>",
        "<expr>",
        "  <attrs>",
        '    <attr column="3" line="1" name="a" path="\xc2\xabstring\xc2\xbb">',
        '      <function column="7" line="1" path="\xc2\xabstring\xc2\xbb">',
        '        <attrspat ellipsis="1" name="c">',
        '          <attr name="b" />',
        "        </attrspat>",
        "      </function>",
        "    </attr>",
        "  </attrs>",
        "</expr>",
        "",
      ].join("\n"),
    );
  });

  it("writes a derivation once, and leaves alone what isn't evaluated", () => {
    const text = 'let d = { type = "derivation"; drvPath = "p"; outPath = "o"; x = 1 + 1; }; in [ d d ]';
    const written = xml(text, true, false);
    expect(written.match(/<derivation drvPath="p" outPath="o">/g)).toHaveLength(2);
    expect(written.match(/<repeated \/>/g)).toHaveLength(1);
    expect(xml("[ (1 + 1) ]", false, false)).toContain("<unevaluated />");
  });
});
