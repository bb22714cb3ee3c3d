import { resolve } from "node:path";
import { encodeByteString } from "@tvix-mesh/eval/byte-string";
import type { Expression } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { VisibleRoot } from "../evaluation/confined-eval-io.ts";
import type { EvaluationJob } from "../evaluation/evaluation-job.ts";
import { isAllowedUri } from "../fetchers/fetch-access.ts";

/** What an evaluator lets any evaluation see. Its own files are those of its machine; strings are ordinary ones. */
export interface AccessRules {
  /** As Nix's `pure-eval`. */
  readonly isPure?: boolean | undefined;
  /** As Nix's `restrict-eval`; the search path allows nothing, since it is the client's. */
  readonly isRestricted?: boolean | undefined;
  /** As Nix's `allowed-uris`. Absolute paths are files. */
  readonly allowedUris?: readonly string[] | undefined;
  /** What may be seen of files; everything by default. */
  readonly allowedPaths?: readonly string[] | undefined;
}

type JobRules = Pick<EvaluationJob, "roots" | "searchPath" | "fetchAccess">;

function toRoot(path: string): VisibleRoot {
  return { path, localPath: path, isImmutable: false };
}

function isPath(uri: string): boolean {
  return uri.startsWith("/");
}

/** What lies below both: of two that overlap, the inner one. Undefined is everything. */
function inBoth<Item>(
  left: readonly Item[] | undefined,
  right: readonly Item[] | undefined,
  inner: (left: Item, right: Item) => Item | undefined,
): readonly Item[] | undefined {
  if (!left || !right) return left ?? right;
  return left.flatMap((one) => right.flatMap((other) => inner(one, other) ?? []));
}

function innerUri(left: string, right: string): string | undefined {
  if (isAllowedUri([left], right)) return right;
  return isAllowedUri([right], left) ? left : undefined;
}

function innerRoot(left: VisibleRoot, right: VisibleRoot): VisibleRoot | undefined {
  if (right.path === left.path || left.path.startsWith(`${right.path}/`)) return left;
  if (!right.path.startsWith(`${left.path}/`)) return undefined;
  return { ...left, path: right.path, localPath: left.localPath + right.path.slice(left.path.length) };
}

/** The evaluator's rules, worked out for evaluations that come. */
export class EvaluationRules {
  readonly #isPure: boolean;
  readonly #allowedUris: readonly string[] | undefined;
  readonly #roots: readonly VisibleRoot[] | undefined;

  constructor({ isPure = false, isRestricted = false, allowedUris = [], allowedPaths }: AccessRules) {
    const uris = allowedUris.map(encodeByteString);
    const allowedRoots = allowedPaths?.map((path) => toRoot(encodeByteString(resolve(path))));
    this.#isPure = isPure;
    this.#allowedUris = isRestricted ? uris.filter((uri) => !isPath(uri)) : undefined;
    this.#roots = isRestricted ? [...(allowedRoots ?? []), ...uris.filter(isPath).map(toRoot)] : allowedRoots;
  }

  /** What an evaluation may see that asks for still stricter rules, or brings its own files. */
  apply(
    searchPath: EvaluationJob["searchPath"],
    asked: Expression["access"],
    mounts: readonly VisibleRoot[] | undefined,
  ): JobRules {
    const isPure = this.#isPure || (asked?.pure ?? false);
    const isRestricted = asked?.restricted ?? false;
    const usable = isPure ? [] : searchPath;
    const askedUris = isRestricted
      ? [...(asked?.allowedUris ?? []).map(encodeByteString), ...usable.map(({ path }) => path)]
      : undefined;
    const askedRoots = askedUris?.filter(isPath).map((path) => toRoot(path));
    const files = mounts ?? (isPure ? [] : this.#roots);
    const roots = inBoth(files, askedRoots, innerRoot);
    const allowedUris = inBoth(
      this.#allowedUris,
      askedUris?.filter((uri) => !isPath(uri)),
      innerUri,
    );
    return {
      roots,
      searchPath: usable,
      fetchAccess: {
        isPure,
        isRestricted: allowedUris !== undefined,
        allowedUris: allowedUris ?? [],
        readablePaths: (roots ?? []).map(({ path }) => path),
        readsUnseenFiles: isPure && roots?.length === 0 && !mounts && !this.#roots && allowedUris === undefined,
      },
    };
  }
}
