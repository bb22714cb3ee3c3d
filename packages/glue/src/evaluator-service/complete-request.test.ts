import { create } from "@bufbuild/protobuf";
import {
  BuildRequestSchema,
  EvaluateRequestSchema,
  EvaluateRequest_Format as GeneratedFormat,
  Expression_Lints_Level as GeneratedLevel,
  Diagnostic_Severity as GeneratedSeverity,
  Progress_Step as GeneratedStep,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { describe, expect, test } from "vitest";
import { completeBuildRequest, completeEvaluateRequest } from "./complete-request.ts";
import type { EvaluateRequestInit } from "./evaluator-service.ts";
import { Format, Level, Severity, Step } from "./message-enums.ts";

const text = { case: "text" as const, value: new Uint8Array([49]) };
const requests: readonly (readonly [what: string, request: EvaluateRequestInit])[] = [
  ["nothing", {}],
  ["an empty expression", { expression: {}, strict: true, format: Format.JSON }],
  [
    "an expression with all that it may have",
    {
      expression: {
        source: text,
        baseDir: "/a",
        attributes: ["b"],
        arguments: [{ name: "c", value: { case: "string", value: new Uint8Array() } }, {}],
        searchPath: [{ path: "/d" }],
        limits: { timeMs: 1 },
        access: { pure: true, allowedUris: ["e"] },
        lints: { urlLiterals: Level.WARN },
        examine: true,
        onlyMounts: true,
        homeDir: "/f",
      },
      showTrace: true,
      readOnly: true,
      noLocation: true,
    },
  ],
  [
    "mounts",
    {
      expression: {
        source: text,
        mounts: [{ path: "/a", node: { node: { case: "symlink", value: { target: new Uint8Array([50]) } } } }, {}],
      },
    },
  ],
];

describe("a request is completed as the generated code does it", () => {
  test.each(requests)("with %s", async (_, request) => {
    expect(await completeEvaluateRequest(request)).toEqual(create(EvaluateRequestSchema, request));
    const { expression, showTrace = false } = request;
    const build = { showTrace, ...(expression ? { expression } : {}) };
    expect(await completeBuildRequest(build)).toEqual(create(BuildRequestSchema, build));
  });

  test("and left as it is if it came over the wire", async () => {
    const request = create(EvaluateRequestSchema, { strict: true });
    expect(await completeEvaluateRequest(request)).toBe(request);
  });
});

test("the enums have the values of the generated code", () => {
  const pairs = [
    [Format, GeneratedFormat],
    [Level, GeneratedLevel],
    [Severity, GeneratedSeverity],
    [Step, GeneratedStep],
  ] as const;
  for (const [ours, generated] of pairs) expect(generated).toMatchObject(ours);
});
