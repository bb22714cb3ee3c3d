import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  type ContextElement,
  createEvaluator,
  createLocalEvalIO,
  EvalIOError,
  type Evaluator,
  type EvaluatorParts,
} from "@tvix-mesh/eval";
import { FormatError } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service/service-error";
import { createDerivationStrict } from "../builtins/derivation-strict.ts";
import { createFetchBuiltins } from "../builtins/fetch-builtins.ts";
import { createPathBuiltins } from "../builtins/path-builtins.ts";
import { createSearchPathFetcher } from "../builtins/search-path-fetcher.ts";
import { createStoreBuiltins } from "../builtins/store-builtins.ts";
import { defaultCacheDirectory } from "../fetchers/cache-directory.ts";
import { FetchPlaces } from "../fetchers/fetch-places.ts";
import type { FetchRequest } from "../fetchers/fetcher.ts";
import { createTreeAdder } from "../sources/tree-adder.ts";
import { StoreEvalIO } from "../store-eval-io.ts";
import type { BridgeMethods } from "./bridge-methods.ts";
import { ConfinedEvalIO } from "./confined-eval-io.ts";
import type { EvaluationJob } from "./evaluation-job.ts";
import type { EvaluationState } from "./evaluation-state.ts";
import { createFileParseIndex } from "./file-parse-index.ts";

const systems: Readonly<Record<string, string>> = { x64: "x86_64-linux", arm64: "aarch64-linux" };

export interface EvaluatorSetOptions extends Pick<EvaluatorParts, "watch"> {
  /** What `builtins.getEnv` sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly experimentalFeatures: readonly string[];
  readonly state: EvaluationState;
  /** What is asked of the services. */
  readonly bridge: BridgeMethods;
  readonly hasRoomForValues: () => boolean;
  /** Told of what looks wrong with what is fetched, as a byte string. */
  readonly warnOfFetching: (text: string) => void;
}

/** The evaluators of one thread, and the files that they see. */
export interface EvaluatorSet {
  readonly io: StoreEvalIO;
  /** Sets what a job may see, and looks at files anew. */
  confine(job: EvaluationJob): void;
  evaluatorFor(job: EvaluationJob): Evaluator;
}

function reasonOfConfinement({ fetchAccess, hasMounts }: EvaluationJob): string {
  if (fetchAccess?.isPure) return " in pure eval mode";
  return hasMounts && !fetchAccess?.isRestricted ? ": it was not uploaded" : " in restricted mode";
}

/** Joins the language to files, store and fetchers. Pure evaluations have an evaluator of their own. */
export function createEvaluatorSet(options: EvaluatorSetOptions): EvaluatorSet {
  const { environment, state, bridge, watch, hasRoomForValues, warnOfFetching } = options;
  const experimentalFeatures = new Set(options.experimentalFeatures);

  function copyToStore(path: string, name = path.slice(path.lastIndexOf("/") + 1)): string {
    try {
      return addTree(path, { name }).storePath.absolute();
    } catch (error) {
      const isExpected = error instanceof FormatError || ServiceError.is(error);
      if (!isExpected && !(error instanceof Error && "syscall" in error)) throw error;
      throw new EvalIOError("other", path, error.message, { cause: error });
    }
  }

  function realise(context: readonly ContextElement[]): void {
    state.want(context);
    bridge.realise({ context, news: state.takeNews() });
  }

  const isValidPath = (path: string) => state.sources.get(path) !== undefined || bridge.isValidPath(path);
  const fetch = (request: FetchRequest) => bridge.fetch(request);

  const files = createLocalEvalIO({ environment, homeDirectory: homedir(), copyToStore });
  const local = new ConfinedEvalIO(files);
  const io = new StoreEvalIO({
    local,
    state,
    bridge,
    realise,
    fetchSearchPath: (entry) => fetchSearchPath(entry),
  });
  const places = new FetchPlaces({ io, access: () => state.fetchAccess, localPath: (path) => io.originOf(path).path });
  const known = () => state.searchPath;
  const fetchSearchPath = createSearchPathFetcher({ places, fetch, known, warn: warnOfFetching });
  const addTree = createTreeAdder({ io, state, bridge });
  const parseIndex = createFileParseIndex(join(defaultCacheDirectory(), "parsed"));

  /** Pure evaluations know neither time nor system. */
  function openEvaluator(isPure: boolean): Evaluator {
    return createEvaluator({
      io,
      builtins: [
        createDerivationStrict(state, experimentalFeatures),
        ...createPathBuiltins({ addTree, files: io, isInStore: (path) => bridge.isValidPath(path) }),
        ...createStoreBuiltins({ state, isValidPath, experimentalFeatures }),
        ...createFetchBuiltins({ places, fetch, isValidPath, experimentalFeatures }),
      ],
      settings: {
        currentSystem: isPure ? undefined : systems[process.arch],
        currentTime: isPure ? undefined : () => Math.floor(Date.now() / 1000),
        forbidsHomePaths: isPure,
        experimentalFeatures,
        abortOnWarn: ["1", "yes", "true"].includes(environment.NIX_ABORT_ON_WARN ?? ""),
      },
      watch,
      parseIndex,
      keeping: { hasRoom: hasRoomForValues, forgotten: (word) => state.forget(word) },
    });
  }

  let pure: Evaluator | undefined;
  let impure: Evaluator | undefined;
  return {
    io,
    confine(job) {
      files.forget();
      local.confine(job.roots, reasonOfConfinement(job), job.homeDirectory);
    },
    evaluatorFor({ fetchAccess }) {
      if (fetchAccess?.isPure) {
        pure ??= openEvaluator(true);
        return pure;
      }
      impure ??= openEvaluator(false);
      return impure;
    },
  };
}
