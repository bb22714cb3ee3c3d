import { join } from "node:path";
import { type CommandResult, requireCommand, runCommand } from "../../compose/run-command.ts";
import { cleanEnvironment, repository } from "./daemon-process.ts";

const program = join(repository, "node_modules/.bin/buf");
const protocol = ["--protocol", "grpc", "--http2-prior-knowledge"];

/** A call as buf makes it, which learns the contract from the server by reflection. */
export interface BufCall {
  readonly address: string;
  /** For example "tvix.castore.v1.BlobService/Stat". */
  readonly method: string;
  /** The message as JSON; several for a stream. */
  readonly messages?: readonly object[];
  readonly arguments?: readonly string[];
}

function callArguments(call: BufCall): readonly string[] {
  const data = (call.messages ?? [{}]).map((message) => JSON.stringify(message)).join("\n");
  return ["curl", ...protocol, ...(call.arguments ?? []), "--data", data, `${call.address}/${call.method}`];
}

/** Calls a method and answers the messages that came back. */
export async function bufCurl<Answer>(call: BufCall): Promise<readonly Answer[]> {
  const output = await requireCommand(program, callArguments(call), {
    cwd: repository,
    environment: cleanEnvironment(),
  });
  return output === "" ? [] : JSON.parse(`[${output.replaceAll(/^}\s*{/gm, "},{")}]`);
}

/** Calls a method whatever comes of it. */
export function tryBufCurl(call: BufCall): Promise<CommandResult> {
  return runCommand(program, callArguments(call), { cwd: repository, environment: cleanEnvironment() });
}

/** What a server says it has: `--list-services` or `--list-methods`. */
export async function bufList(address: string, what: "services" | "methods"): Promise<readonly string[]> {
  const output = await requireCommand(program, ["curl", ...protocol, `--list-${what}`, address], {
    cwd: repository,
    environment: cleanEnvironment(),
  });
  return output.split("\n");
}
