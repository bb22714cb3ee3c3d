import { isVersionInRange, type LanguageCase, readLanguageCases } from "@tvix-mesh/eval/language-cases";
import { afterAll, expect, it } from "vitest";
import type { CommandResult } from "../compose/run-command.ts";
import { Nix } from "./testing/nix.ts";

const nix = new Nix();
afterAll(() => nix[Symbol.dispose]());

const [, major, minor] = /([0-9]+)\.([0-9]+)/.exec(await nix.require("nix-instantiate", "--version")) ?? [];
const version = [Number(major), Number(minor)] as const;
const cases = readLanguageCases().filter(({ versions }) => isVersionInRange(version, versions));

function judge({ file, lazy }: LanguageCase): Promise<CommandResult> {
  return nix.run("nix-instantiate", "--eval", "--readonly-mode", ...(lazy ? [] : ["--strict"]), file);
}

it.each(cases.map((languageCase) => [`${languageCase.category}/${languageCase.name}`, languageCase] as const))(
  "nix-instantiate agrees with %s",
  async (_, languageCase) => {
    const { expectation } = languageCase;
    const { exitCode, stdout, stderr } = await judge(languageCase);
    if (expectation.kind === "prints") {
      expect({ exitCode, output: stdout }).toEqual({ exitCode: 0, output: expectation.output });
    } else {
      expect(exitCode).not.toBe(0);
      for (const part of expectation.messageParts) expect(stderr).toContain(part);
    }
  },
);
