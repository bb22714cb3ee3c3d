import { type EvalIO, EvalIOError, type ImportedDerivation } from "../eval-io.ts";
import type { World } from "./world.ts";

type Answer = string | boolean | undefined;

/** What looking came to: an answer, or the kind of failure. */
function outcome(look: () => Answer): { readonly answer?: Answer; readonly failure?: string } {
  try {
    return { answer: look() };
  } catch (error) {
    if (error instanceof EvalIOError) return { failure: error.code };
    throw error;
  }
}

/** An EvalIO that notes in the world of the evaluation under way what was seen, contents by their fingerprints. */
export function createNotingIO(io: EvalIO, world: () => World): EvalIO {
  const note = <Result extends Answer>(key: string, look: () => Result): Result => {
    const current = world();
    if (current.hasNoted(key)) return look();
    const dependsOn = (seen: ReturnType<typeof outcome>) =>
      current.dependsOn(key, () => {
        const now = outcome(look);
        return now.answer === seen.answer && now.failure === seen.failure;
      });
    try {
      const answer = look();
      dependsOn({ answer });
      return answer;
    } catch (error) {
      if (error instanceof EvalIOError) dependsOn({ failure: error.code });
      throw error;
    }
  };

  /** What is absent may appear, so only what is there is beyond change. */
  const look = <Result extends Answer>(what: string, path: string, look: () => Result): Result => {
    if (world().canBeKept && io.isImmutable?.(path) === true) {
      const answer = look();
      if (answer !== undefined && answer !== false) return answer;
    }
    return note(`${what} ${path}`, look);
  };

  const fingerprint = (path: string): string | undefined => {
    const seen = io.fingerprint(path);
    world().dependsOn(`contents ${path}`, seen === undefined ? undefined : () => io.fingerprint(path) === seen);
    return seen;
  };

  /** Takes the fingerprint before the contents, so that a change in between is noticed later. */
  const contents = <Result>(path: string, read: () => Result): Result => {
    if (!world().hasNoted(`contents ${path}`)) fingerprint(path);
    return read();
  };

  const copyToStore = (path: string, name?: string): string => {
    if (io.treeFingerprint === undefined) return note(`copy ${name ?? ""} ${path}`, () => io.copyToStore(path, name));
    const key = `tree ${path}`;
    if (!world().hasNoted(key)) {
      const seen = outcome(() => io.treeFingerprint?.(path)).answer;
      const isUnchanged = () => outcome(() => io.treeFingerprint?.(path)).answer === seen;
      world().dependsOn(key, seen === undefined ? undefined : isUnchanged);
    }
    return io.copyToStore(path, name);
  };

  const references = (path: string): readonly string[] => {
    const seen = look("references", path, () => io.references?.(path).join("\n") ?? "");
    return seen === "" ? [] : seen.split("\n");
  };

  const readDerivation = (path: string): ImportedDerivation | undefined => {
    let derivation: ImportedDerivation | undefined;
    // What there is of that name never changes, but it may appear.
    look("derivation", path, () => {
      derivation = io.readDerivation?.(path);
      return derivation !== undefined;
    });
    return derivation;
  };

  const { resolveSearchPath } = io;
  return {
    readFile: (path) => contents(path, () => io.readFile(path)),
    readDir: (path) => contents(path, () => io.readDir(path)),
    fingerprint,
    fileType: (path) => look("type", path, () => io.fileType(path)),
    resolveSymlinks: (path) => look("resolved", path, () => io.resolveSymlinks(path)),
    readLink: (path) => look("link", path, () => io.readLink(path)),
    pathExists: (path) => look("existence", path, () => io.pathExists(path)),
    references,
    readDerivation,
    copyToStore,
    realiseContext: (context) => io.realiseContext(context),
    environmentVariable: (name) => note(`variable ${name}`, () => io.environmentVariable(name)),
    homeDirectory: () => note("home", () => io.homeDirectory()),
    ...(resolveSearchPath && {
      resolveSearchPath: (entry: string) => {
        if (!entry.startsWith("/")) world().dependsOn("what lies elsewhere", undefined);
        return resolveSearchPath.call(io, entry);
      },
    }),
  };
}
