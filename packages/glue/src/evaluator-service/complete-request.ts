import type {
  BuildRequest,
  EvaluateRequest,
  Expression,
  Expression_Access,
  Expression_Argument,
  Expression_Limits,
  Expression_Lints,
  Expression_SearchPathEntry,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { BuildRequestInit, EvaluateRequestInit } from "./evaluator-service.ts";

type ExpressionInit = NonNullable<EvaluateRequestInit["expression"]>;

export const emptyExpression: Expression = {
  $typeName: "mesh.eval.v1.Expression",
  source: { case: undefined },
  baseDir: "",
  attributes: [],
  arguments: [],
  searchPath: [],
  mounts: [],
  examine: false,
  onlyMounts: false,
  homeDir: "",
};
const emptyArgument: Expression_Argument = {
  $typeName: "mesh.eval.v1.Expression.Argument",
  name: "",
  value: { case: undefined },
};
const emptyEntry: Expression_SearchPathEntry = {
  $typeName: "mesh.eval.v1.Expression.SearchPathEntry",
  prefix: "",
  path: "",
};
const noLimits: Expression_Limits = { $typeName: "mesh.eval.v1.Expression.Limits", timeMs: 0, callDepth: 0 };
const noRules: Expression_Access = {
  $typeName: "mesh.eval.v1.Expression.Access",
  pure: false,
  restricted: false,
  allowedUris: [],
};
const noLints: Expression_Lints = {
  $typeName: "mesh.eval.v1.Expression.Lints",
  urlLiterals: 0,
  shortPathLiterals: 0,
  absolutePathLiterals: 0,
};

/** A message that has what is there of `given`, and else what `empty` has. */
function filled<Message extends object>(empty: Message, given: Partial<Message>): Message {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...empty, ...Object.fromEntries(entries) };
}

async function completeExpression(given: ExpressionInit): Promise<Expression> {
  const { mounts, arguments: args, searchPath, limits, access, lints, ...rest } = given;
  // What is mounted has a place in messages of the castore, too; that and nothing else is worth their code.
  if (mounts && mounts.length > 0) {
    const [{ create }, { ExpressionSchema }] = await Promise.all([
      import("@bufbuild/protobuf"),
      import("@tvix-mesh/proto/mesh/eval/v1/evaluator"),
    ]);
    return create(ExpressionSchema, given);
  }
  return {
    ...filled(emptyExpression, rest as Partial<Expression>),
    arguments: (args ?? []).map((argument) => filled(emptyArgument, argument)),
    searchPath: (searchPath ?? []).map((entry) => filled(emptyEntry, entry)),
    ...(limits ? { limits: filled(noLimits, limits) } : {}),
    ...(access ? { access: filled(noRules, access) } : {}),
    ...(lints ? { lints: filled(noLints, lints) } : {}),
  };
}

/** Whether it is a message with all its fields, as one that came over the wire. */
function isComplete<Request extends EvaluateRequest | BuildRequest>(
  request: EvaluateRequestInit | BuildRequestInit,
): request is Request {
  return "$typeName" in request && request.$typeName !== undefined;
}

/** The request with all its fields, those that aren't given at their defaults. */
export async function completeEvaluateRequest(request: EvaluateRequestInit): Promise<EvaluateRequest> {
  if (isComplete<EvaluateRequest>(request)) return request;
  const { expression, ...rest } = request;
  return filled<EvaluateRequest>(
    {
      $typeName: "mesh.eval.v1.EvaluateRequest",
      format: 0,
      strict: false,
      noLocation: false,
      showTrace: false,
      readOnly: false,
      ...(expression ? { expression: await completeExpression(expression) } : {}),
    },
    rest,
  );
}

/** The same for a request to build. */
export async function completeBuildRequest(request: BuildRequestInit): Promise<BuildRequest> {
  if (isComplete<BuildRequest>(request)) return request;
  const { expression, ...rest } = request;
  return filled<BuildRequest>(
    {
      $typeName: "mesh.eval.v1.BuildRequest",
      showTrace: false,
      ...(expression ? { expression: await completeExpression(expression) } : {}),
    },
    rest,
  );
}
