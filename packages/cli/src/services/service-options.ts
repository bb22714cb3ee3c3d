import { environment } from "@tvix-mesh/service/environment";
import type { Command } from "commander";

/** Where the services are that a command works with. */
export interface ServiceOptions {
  readonly blobServiceAddr?: string;
  readonly directoryServiceAddr?: string;
  readonly pathInfoServiceAddr?: string;
  readonly buildServiceAddr?: string;
  readonly evaluatorAddr?: string;
  readonly data?: string;
  /** Names between blanks. */
  readonly experimentalFeatures?: string;
  readonly extraExperimentalFeatures?: string;
  /** What is uploaded for an evaluator elsewhere besides what expressions name; `false` for nothing at all. */
  readonly upload?: readonly string[] | boolean;
}

type AddressOption = Extract<keyof ServiceOptions, `${string}Addr`>;

const variables: Readonly<Record<AddressOption, string>> = {
  blobServiceAddr: "BLOB_SERVICE_ADDR",
  directoryServiceAddr: "DIRECTORY_SERVICE_ADDR",
  pathInfoServiceAddr: "PATH_INFO_SERVICE_ADDR",
  buildServiceAddr: "BUILD_SERVICE_ADDR",
  evaluatorAddr: "EVALUATOR_ADDR",
};

/** The address that the option, or else its environment variable, gives. */
export function serviceAddress(options: ServiceOptions, option: AddressOption): string | undefined {
  return options[option] ?? environment.get(variables[option]);
}

/** The experimental features that are asked for. */
export function experimentalFeaturesOf(options: ServiceOptions): readonly string[] {
  const { experimentalFeatures = "", extraExperimentalFeatures = "" } = options;
  return `${experimentalFeatures} ${extraExperimentalFeatures}`.split(/\s+/).filter((name) => name !== "");
}

/** Adds where blobs, directories and path infos are kept. */
export function addStoreOptions(command: Command): Command {
  return command
    .option("--blob-service-addr <url>", "where blobs are (default: $BLOB_SERVICE_ADDR, or an embedded store)")
    .option("--directory-service-addr <url>", "where directories are (default: $DIRECTORY_SERVICE_ADDR, or embedded)")
    .option("--path-info-service-addr <url>", "where path infos are (default: $PATH_INFO_SERVICE_ADDR, or embedded)")
    .option(
      "--data <dir>",
      "directory of the embedded store (default: $XDG_DATA_HOME/tvix-mesh, or ~/.local/share/tvix-mesh)",
    );
}

function appendPath(path: string, previous: ServiceOptions["upload"]): readonly string[] {
  return Array.isArray(previous) ? [...previous, path] : [path];
}

function appendNames(names: string, previous = ""): string {
  return `${previous} ${names}`;
}

/** Adds where expressions are evaluated and derivations built, besides the options of the store. */
export function addEvaluatorOptions(command: Command): Command {
  return addStoreOptions(command)
    .option(
      "--build-service-addr <url>",
      "where builds run (default: $BUILD_SERVICE_ADDR, or a sandbox of this machine)",
    )
    .option("--evaluator-addr <url>", "evaluator to ask (default: $EVALUATOR_ADDR, or this process)")
    .option("--upload <path>", "for an evaluator elsewhere, upload this besides what expressions name", appendPath)
    .option("--no-upload", "upload nothing: expressions name files of the evaluator's machine")
    .option("--experimental-features <names>", "parts of the language that Nix calls experimental, by its names")
    .addOption(command.createOption("--extra-experimental-features <names>").argParser(appendNames).hideHelp());
}
