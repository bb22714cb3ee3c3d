import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBubblewrapSandbox } from "./bubblewrap.ts";
import type { SandboxCommand, SandboxExit } from "./sandbox.ts";
import { locateSandboxShell } from "./sandbox-shell.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sandbox = createBubblewrapSandbox();
let directory: string;
let input: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bubblewrap-test-"));
  input = join(directory, "input");
  for (const path of ["root/bin", "root/build", "root/in", "root/proc", "root/dev", "root/.launch", "input", "private"])
    mkdirSync(join(directory, path), { recursive: true });
  writeFileSync(join(directory, "root/bin/sh"), "");
  writeFileSync(join(directory, "root/.launch/busybox"), "");
  writeFileSync(join(input, "file"), "original");
  chmodSync(directory, 0o711);
  if (sandbox.user) chownSync(join(directory, "root/build"), sandbox.user.uid, sandbox.user.gid);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function command(script: string, change: Partial<SandboxCommand> = {}): SandboxCommand {
  return {
    rootDir: join(directory, "root"),
    writablePaths: ["build"],
    readOnlyMounts: [{ source: input, target: bytes("in") }],
    busybox: locateSandboxShell(undefined),
    provideBinSh: true,
    networkAccess: false,
    commandArgs: ["/bin/sh", "-c", script],
    workingDir: "build",
    environmentVars: [{ key: "PWD", value: bytes("/build") }],
    privateDir: join(directory, "private"),
    workDir: directory,
    ...change,
  };
}

async function run(wanted: SandboxCommand, signal?: AbortSignal): Promise<{ log: string; exit: SandboxExit }> {
  const pieces: Uint8Array[] = [];
  const running = sandbox.run(wanted, { signal });
  while (true) {
    const next = await running.next();
    if (next.done) return { log: Buffer.concat(pieces).toString("utf8"), exit: next.value };
    pieces.push(next.value);
  }
}

describe("createBubblewrapSandbox", () => {
  it("tells the exit code", async () => {
    expect(await run(command("exit 3"))).toEqual({ log: "", exit: { kind: "exited", code: 3 } });
  });

  it("tells the signal that ended the command", async () => {
    const { exit } = await run(command("sh -c 'kill -SEGV $$'; exit $?"));
    expect(exit).toEqual({ kind: "killed", signal: 11 });
  });

  it("tells why the program could not be executed", async () => {
    const { exit } = await run(command("", { commandArgs: ["/no/such/program"] }));
    expect(exit).toEqual({ kind: "not-executed", reason: "/no/such/program: No such file or directory" });
  });

  it("keeps the order of standard output and error", async () => {
    const { log } = await run(command("echo 1; echo 2 >&2; echo 3 >/dev/stdout; echo 4 >/dev/stderr; echo 5"));
    expect(log).toBe("1\n2\n3\n4\n5\n");
  });

  it("runs as 1000:100 on localhost, without capabilities and terminal input", async () => {
    const { log } = await run(
      command("id -u; id -g; hostname; grep CapEff /proc/self/status; umask; ulimit -c; readlink /proc/self/fd/0"),
    );
    expect(log).toBe("1000\n100\nlocalhost\nCapEff:\t0000000000000000\n0022\n0\n/dev/null\n");
  });

  it("shows a loopback interface and no other", async () => {
    const { log } = await run(command("ls /sys 2>/dev/null; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '"));
    expect(log).toBe("lo\n");
  });

  it("shares the host's network when asked to", async () => {
    const { log } = await run(command("readlink /proc/self/ns/net", { networkAccess: true }));
    expect(log).not.toBe((await run(command("readlink /proc/self/ns/net"))).log);
  });

  it("makes inputs and root unwritable, with nested namespaces too", async () => {
    const { log } = await run(
      command(`
        echo changed > /in/file; rm -f /in/file; touch /in/new; touch /new
        chmod 777 /in/file
        unshare -rm mount -o remount,bind,rw /in && echo remounted
        unshare -rm sh -c 'umount /in && echo unmounted'
        echo end`),
    );
    expect(log).not.toMatch(/remounted|unmounted/);
    expect(log).toMatch(/Read-only file system.*end\n$/s);
    expect(readFileSync(join(input, "file"), "utf8")).toBe("original");
  });

  it("can't change the machine's settings and device nodes, even if the daemon is root", async () => {
    const { log } = await run(
      command(`
        for file in kernel/core_pattern vm/swappiness; do
          value=$(cat /proc/sys/$file); echo "$value" > /proc/sys/$file && echo "changed $file"
        done
        chmod 666 /dev/null && echo changed the mode
        for file in /proc/sysrq-trigger /proc/mtrr; do test -w $file && echo "may write $file"; done
        echo end`),
    );
    expect(log).not.toMatch(/^(changed|may)/m);
    expect(log).toMatch(/end\n$/);
  });

  it("sees only its own processes, of which it is the first", async () => {
    const { log } = await run(command("echo $$; ls -d /proc/[0-9]* | wc -l"));
    expect(log.split("\n")[0]).toBe("1");
    expect(Number(log.split("\n")[1])).toBeLessThanOrEqual(4);
  });

  it("has the minimal devices", async () => {
    const { log } = await run(
      command("cd /dev; ls -d full null ptmx random shm tty urandom zero fd stdin stdout stderr; ls"),
    );
    expect(log).not.toContain("No such file");
    expect(log).not.toMatch(/sda|vda|kvm|mem$/m);
  });

  it("leaves exactly the given environment, whatever PWD and bytes", async () => {
    const environmentVars = [
      { key: "A", value: bytes("x\ny") },
      { key: "BYTES", value: Uint8Array.of(0xff, 0x80) },
    ];
    const show = 'tr "\\0" "\\n" < /proc/1/environ | od -c -An | tr -d " \\n"';
    const withoutPwd = await run(command(show, { environmentVars }));
    expect(withoutPwd.log).toBe("A=x\\ny\\nBYTES=377200\\n");
    const otherPwd = await run(command(show, { environmentVars: [{ key: "PWD", value: bytes("/else") }] }));
    expect(otherPwd.log).toBe("PWD=/else\\n");
  });

  it("takes background processes along when the command ends", async () => {
    const started = Date.now();
    const { log } = await run(command("sh -c 'sleep 1000; echo late' & echo done"));
    expect(log).toBe("done\n");
    expect(Date.now() - started).toBeLessThan(900_000);
  });

  it("aborted, leaves no process", async () => {
    const controller = new AbortController();
    const marker = `9${process.pid}`;
    const running = sandbox.run(command(`sh -c 'setsid sleep ${marker}' & echo started; sleep ${marker}`), {
      signal: controller.signal,
    });
    expect(Buffer.from((await running.next()).value as Uint8Array).toString()).toBe("started\n");
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(running.next()).rejects.toBe(reason);
    expect(processesWith(marker)).toEqual([]);
  });

  it("abandoned, leaves no process", async () => {
    const marker = `8${process.pid}`;
    const running = sandbox.run(command(`echo started; sleep ${marker}`));
    await running.next();
    await running.return(undefined as never);
    expect(processesWith(marker)).toEqual([]);
  });

  it("says what to do when the sandbox can't be made", async () => {
    const broken = command("", { readOnlyMounts: [{ source: "/no/such/input", target: bytes("in") }] });
    await expect(run(broken)).rejects.toMatchObject({
      code: "failed-precondition",
      message: expect.stringContaining("/no/such/input"),
    });
  });
});

function processesWith(argument: string): readonly string[] {
  const { readdirSync } = process.getBuiltinModule("node:fs");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "latin1")];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(argument));
}
