import { describe, expect, it } from "vitest";
import { seconds, wholeNumber } from "./option-values.ts";
import { createDaemonCommand } from "./options.ts";

function createCommand() {
  const command = createDaemonCommand({
    name: "example-service",
    summary: "Keeps examples.",
    version: "1.0.0",
    defaultPort: 8042,
    hasStore: true,
    peers: [{ environmentVariable: "OTHER_SERVICE_ADDR", defaultAddress: "http://127.0.0.1:8043" }],
    options: (own) =>
      own.option("--jobs <number>", "how many", wholeNumber(1, 8)).option("--max-time <seconds>", "how long", seconds),
  });
  return command.exitOverride().configureOutput({ writeErr: () => undefined });
}

describe("createDaemonCommand()", () => {
  it("names defaults and the peers' variables in its help", () => {
    let help = "";
    createCommand()
      .configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    expect(help).toMatch(/\(default:\s+127\.0\.0\.1:8042\)/);
    expect(help).toMatch(/^ {2}OTHER_SERVICE_ADDR +address of a peer \(default: grpc\+http:\/\/127\.0\.0\.1:8043\)$/m);
  });

  it.for([
    ["--jobs", "0"],
    ["--jobs", "nine"],
    ["--jobs", "2.5"],
    ["--max-time", "soon"],
    ["--max-time", ""],
    ["--drain-timeout", "-1"],
  ] as const)("refuses %s %j", ([option, value]) => {
    expect(() => createCommand().parse([option, value], { from: "user" })).toThrow(/expected a (whole )?number/);
  });

  it("takes numbers within their bounds", () => {
    const command = createCommand().parse(["--jobs", "8", "--max-time", "0.5"], { from: "user" });
    expect(command.opts()).toMatchObject({ jobs: 8, maxTime: 0.5, drainTimeout: 30, listen: ["127.0.0.1:8042"] });
  });
});
