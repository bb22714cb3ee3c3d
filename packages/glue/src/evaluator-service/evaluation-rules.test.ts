import { create } from "@bufbuild/protobuf";
import { Expression_AccessSchema } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { describe, expect, test } from "vitest";
import { type AccessRules, EvaluationRules } from "./evaluation-rules.ts";

const searchPath = [
  { prefix: "a", path: "/src/a" },
  { prefix: "b", path: "https://example.org/b.tar.gz" },
];

interface Asked {
  readonly pure?: boolean;
  readonly restricted?: boolean;
  readonly allowedUris?: string[];
  readonly mounts?: readonly string[];
}

/** What an evaluation may see: paths, or "all", and URIs, or "all". */
function visible(own: AccessRules, { mounts, ...asked }: Asked = {}) {
  const roots = mounts?.map((path) => ({ path, localPath: `/mounts${path}`, isImmutable: true }));
  const rules = new EvaluationRules(own).apply(searchPath, create(Expression_AccessSchema, asked), roots);
  return {
    paths: rules.roots?.map(({ path }) => path) ?? "all",
    uris: rules.fetchAccess?.isRestricted ? rules.fetchAccess.allowedUris : "all",
    names: rules.searchPath.length,
  };
}

describe("EvaluationRules", () => {
  test("without any, everything may be seen", () => {
    expect(visible({})).toEqual({ paths: "all", uris: "all", names: 2 });
  });

  test("a restricted request sees its search path and what it allows", () => {
    expect(visible({}, { restricted: true, allowedUris: ["https://example.org/c", "/src/c"] })).toEqual({
      paths: ["/src/c", "/src/a"],
      uris: ["https://example.org/c", "https://example.org/b.tar.gz"],
      names: 2,
    });
  });

  test("a restricted evaluator doesn't let a search path allow anything", () => {
    expect(visible({ isRestricted: true, allowedUris: ["https://example.org/", "/src"] })).toEqual({
      paths: ["/src"],
      uris: ["https://example.org/"],
      names: 2,
    });
  });

  test("of two rules the stricter holds", () => {
    const own = { isRestricted: true, allowedUris: ["https://example.org", "/src/a/deep"], allowedPaths: ["/other"] };
    expect(visible(own, { restricted: true, allowedUris: ["https://example.org/x", "https://other.org"] })).toEqual({
      paths: ["/src/a/deep"],
      uris: ["https://example.org/x", "https://example.org/b.tar.gz"],
      names: 2,
    });
  });

  test("pure evaluations see mounts alone, and no search path", () => {
    expect(visible({ isPure: true, allowedPaths: ["/src"] })).toMatchObject({ paths: [], names: 0 });
    expect(visible({}, { pure: true, mounts: ["/client"] })).toMatchObject({ paths: ["/client"], names: 0 });
  });

  test("restrictions narrow mounts, which keep their places", () => {
    const roots = [{ path: "/src", localPath: "/mounts/1", isImmutable: true }];
    const access = create(Expression_AccessSchema, { restricted: true });
    expect(new EvaluationRules({}).apply(searchPath, access, roots).roots).toEqual([
      { path: "/src/a", localPath: "/mounts/1/a", isImmutable: true },
    ]);
  });
});
