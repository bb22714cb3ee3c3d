import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandCase, CommandExpectation } from "./command-case.ts";

/** `parse-fail`, `parse-okay`, `eval-fail`, `eval-okay`. */
const fileName = /^((?:parse|eval)-(?:fail|okay))-(.*)\.nix$/;

/** Whether a folder has the format of C++ Nix's `tests/functional/lang`. */
export function isNixFormat(folder: string): boolean {
  return readdirSync(folder).some((name) => fileName.test(name));
}

/** Options of a shell's word list; `#` begins a comment. */
function readFlags(file: string): readonly string[] | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8").replace(/#.*/g, "");
  return text.split(/\s+/).filter((word) => word !== "");
}

/** The last line that begins with `error:`, without what stands before it. */
function messageOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const messages = [...readFileSync(file, "utf8").matchAll(/error: *(.*)/g)].map(([, message]) => message ?? "");
  return messages.at(-1);
}

/** What is on in Nix's own tests, beside what a case asks for. */
const features = ["--extra-experimental-features", "nix-command flakes"];

/**
 * The cases of a folder in C++ Nix's format. It is copied to `directory`, as `lang`: programs and expectations
 * speak of files by that name, and of `/pwd` where the folder above is meant.
 */
export function readNixCases(folder: string, directory: string): readonly CommandCase[] {
  cpSync(folder, join(directory, "lang"), { recursive: true, verbatimSymlinks: true });
  const environment = {
    TEST_VAR: "foo",
    HOME: "/fake-home",
    NIX_STORE_DIR: "/nix/store",
    NIX_REMOTE: "dummy://",
    // What ours would keep below its home.
    XDG_DATA_HOME: join(directory, "data"),
    XDG_CACHE_HOME: join(directory, "cache"),
  };
  const common = { directory, environment };
  const cases: CommandCase[] = [];
  for (const file of readdirSync(folder).toSorted()) {
    const [, category, name] = fileName.exec(file) ?? [];
    if (category === undefined || name === undefined) continue;
    const beside = (suffix: string) => join(folder, `${category}-${name}${suffix}`);
    if (existsSync(beside(".exp-disabled"))) continue;
    const flags = readFlags(beside(".flags"));
    const prints = (suffix: string): CommandExpectation => ({
      kind: "prints",
      output: existsSync(beside(suffix)) ? readFileSync(beside(suffix), "utf8") : undefined,
    });
    const fails: CommandExpectation = { kind: "fails", message: messageOf(beside(".err.exp")) };
    const program = `lang/${file}`;
    const base = { ...common, category, name, stdin: undefined };
    if (category.startsWith("parse"))
      cases.push({
        ...base,
        words: ["--parse", "-"],
        stdin: readFileSync(join(folder, file)),
        expectation: category === "parse-fail" ? fails : prints(".exp"),
      });
    else if (category === "eval-fail")
      cases.push({
        ...base,
        words: [...features, ...(flags ?? ["--eval", "--strict", "--show-trace"]), program],
        expectation: fails,
      });
    else {
      const isXml = existsSync(beside(".exp.xml"));
      const format = isXml ? ["--xml", "--no-location"] : (flags ?? []);
      cases.push({
        ...base,
        words: [...features, ...format, "--eval", "--strict", program],
        environment: { ...common.environment, NIX_PATH: "lang/dir3:lang/dir4" },
        expectation: prints(isXml ? ".exp.xml" : ".exp"),
      });
    }
  }
  return cases;
}
