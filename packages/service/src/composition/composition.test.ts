import { expect, test } from "vitest";
import { z } from "zod";
import { type BuildContext, defineBackend } from "./backend.ts";
import { Composition } from "./composition.ts";
import { instanceFromUrl } from "./instance-from-url.ts";

interface Greeter {
  greet(): string;
}

let built = 0;
const plain = defineBackend<Greeter, { word: string }>({
  type: "plain",
  config: z.strictObject({ word: z.string() }),
  async build({ word }) {
    built++;
    return { greet: () => word };
  },
});
const twice = defineBackend<Greeter, { of: string }>({
  type: "twice",
  config: z.strictObject({ of: z.string() }),
  async build({ of }, context: BuildContext<Greeter>) {
    const inner = await context.resolve(of);
    return { greet: () => `${inner.greet()} ${inner.greet()}` };
  },
});

function compose(instances: Record<string, unknown>) {
  return new Composition<Greeter>({ kind: "greeters", backends: [plain, twice], instances });
}

test("resolve() builds an instance once, parts included", async () => {
  built = 0;
  const composition = compose({
    root: { type: "twice", of: "near" },
    near: { type: "plain", word: "hi" },
    other: { type: "twice", of: "near" },
  });
  const [root, other] = await Promise.all([composition.resolve("root"), composition.resolve("other")]);
  expect([root.greet(), other.greet(), built]).toEqual(["hi hi", "hi hi", 1]);
});

test.each([
  [{ root: { type: "plain", word: "x", wrod: 1 } }, "Cannot read configuration: greeters.root.wrod: unknown field"],
  [{ root: { type: "plain", word: 1 } }, "Cannot read configuration: greeters.root.word: "],
  [{ root: { word: "x" } }, "Cannot read configuration: greeters.root.type: expected a string"],
  [{ root: { type: "loud" } }, 'Cannot read configuration: greeters.root.type: "loud" is none of plain, twice'],
])("Composition refuses %j when it is made", (instances, message) => {
  expect(() => compose(instances)).toThrow(message);
});

test("resolve() refuses circles and strangers, also when parts are built side by side", async () => {
  const composition = compose({
    a: { type: "twice", of: "b" },
    b: { type: "twice", of: "a" },
    self: { type: "twice", of: "self" },
    lost: { type: "twice", of: "nowhere" },
  });
  const failures = await Promise.all(
    ["a", "b", "self", "lost"].map((name) => composition.resolve(name).catch((error: Error) => error.message)),
  );
  expect(failures[0]).toContain("is a part of itself");
  expect(failures[1]).toContain("is a part of itself");
  expect(failures[2]).toContain("self → self");
  expect(failures[3]).toBe("Cannot build greeters.nowhere: no such instance");
});

test.each([
  ["memory://", { type: "memory" }],
  ["lmdb:///var/lib/x", { type: "lmdb", path: "/var/lib/x" }],
  ["lmdb:///var/lib/x%20y?map_size=7&sync=false", { type: "lmdb", path: "/var/lib/x y", map_size: 7, sync: false }],
  ["grpc+http://host:8001", { type: "grpc", address: "http://host:8001" }],
  ["grpc+http://[::1]:8001/", { type: "grpc", address: "http://[::1]:8001" }],
  ["grpc+unix:///run/x.sock", { type: "grpc", address: "unix:///run/x.sock" }],
  ["objectstore+s3://bucket/prefix?region=eu", { type: "objectstore", address: "s3://bucket/prefix", region: "eu" }],
  ["bigtable://instance?table_name=t", { type: "bigtable", host: "instance", table_name: "t" }],
])("instanceFromUrl(%s)", (url, instance) => {
  expect(instanceFromUrl(url)).toEqual(instance);
});

test.each(["", "memory", "http:/x", "UPPER://x", "lmdb:///x?path=/y"])("instanceFromUrl(%j) is refused", (url) => {
  expect(() => instanceFromUrl(url)).toThrow(`Cannot read service URL "${url}"`);
});
