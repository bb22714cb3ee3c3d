import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, requireCommand, runCommand } from "../../compose/run-command.ts";
import { cleanEnvironment } from "./daemon-process.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

/** What Nix knows of a store path. */
export interface NixPathInfo {
  readonly path: string;
  /** `sha256-<base64>`. */
  readonly narHash: string;
  readonly narSize: number;
  readonly references: readonly string[];
  readonly deriver?: string;
  readonly signatures?: readonly string[];
}

/** A derivation, as `nix show-derivation` prints it. */
export interface NixDerivation {
  readonly outputs: Readonly<Record<string, { readonly path: string }>>;
  readonly inputSrcs: readonly string[];
}

/** Real Nix with a home, a configuration and stores of its own, all removed in the end. It asks no substituter. */
export class Nix implements Disposable {
  readonly #directory = makeTemporaryDirectory("nix");
  readonly #environment: Readonly<Record<string, string>>;

  constructor() {
    const { path } = this.#directory;
    mkdirSync(join(path, "conf"));
    mkdirSync(join(path, "home"));
    const settings = [
      "substituters =",
      "build-users-group =",
      "experimental-features = nix-command",
      // Debian's Nix has no shell of its own to show to builds.
      `sandbox-paths = /bin/sh=${realpathSync("/bin/busybox")}`,
    ];
    writeFileSync(join(path, "conf/nix.conf"), `${settings.join("\n")}\n`);
    this.#environment = cleanEnvironment({ HOME: join(path, "home"), NIX_CONF_DIR: join(path, "conf") });
  }

  /** Where a store of that name is kept: its paths lie in `<directory>/nix/store`. */
  store(name: string): string {
    return join(this.#directory.path, "stores", name);
  }

  /** A new file for what a command writes. */
  file(name: string): string {
    return join(this.#directory.path, name);
  }

  /** Runs a command to its end, whatever its exit code. */
  run(program: string, ...programArguments: readonly string[]): Promise<CommandResult> {
    return runCommand(program, programArguments, { environment: this.#environment });
  }

  /** Runs a command that must succeed, and answers what it printed. */
  require(program: string, ...programArguments: readonly string[]): Promise<string> {
    return requireCommand(program, programArguments, { environment: this.#environment });
  }

  /** Writes the derivations that a file describes to a store, and answers the paths of the outermost ones. */
  async instantiate(store: string, file: string): Promise<readonly string[]> {
    return (await this.require("nix-instantiate", "--store", store, file)).split("\n");
  }

  /** A derivation and those that it is built from, by path. */
  async derivations(store: string, path: string): Promise<Readonly<Record<string, NixDerivation>>> {
    return JSON.parse(await this.require("nix", "show-derivation", "--recursive", "--store", store, path));
  }

  /** Builds all outputs of a derivation and of those that it needs, in Nix's own sandbox. */
  async build(store: string, path: string): Promise<void> {
    await this.require("nix", "build", "--store", store, "--option", "sandbox", "true", "--no-link", path);
  }

  async pathInfos(store: string, ...paths: readonly string[]): Promise<readonly NixPathInfo[]> {
    return JSON.parse(await this.require("nix", "path-info", "--store", store, "--json", ...paths));
  }

  [Symbol.dispose](): void {
    this.#directory[Symbol.dispose]();
  }
}
