import { createLocalEvaluator } from "@tvix-mesh/glue/local-evaluator";
import {
  lazyBlobService,
  lazyBuildService,
  lazyDirectoryService,
  lazyNarCalculationService,
  lazyPathInfoService,
} from "../services/lazy-services.ts";

/** A little of everything that most programs do; it has to need no file, no service and no hash. */
const program = `
let
  fix = f: let x = f x; in x;
  optional = condition: value: if condition then [ value ] else [ ];
  package = { name, version ? "1", deps ? [ ], ... }@args: (removeAttrs args [ "deps" ] // {
    outPath = "/nix/store/\${name}";
    name = "\${name}-\${version}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" ''
      echo \${toString deps}
      echo \${name}
    '' ];
  });
  packages = fix (self: with builtins; {
    a = package { name = "a"; };
    b = package { name = "b"; deps = [ self.a ] ++ optional (self ? a) self.a; flag = true; number = 2; };
    c = self.b // { inherit (self) a; extra = self.missing or null; };
  });
  count = builtins.foldl' (sum: x: if sum > x || x == 3 && sum != 2 then sum - x * 2 else sum + x / 1) 0
    (builtins.filter (x: x != 4) (builtins.genList (x: x) 50));
  named = builtins.listToAttrs (map (name: { inherit name; value = builtins.typeOf packages.\${name}; })
    (builtins.attrNames packages));
in assert count != 1;
builtins.toJSON (named // {
  inherit count;
  path = packages.c.name;
  match = builtins.match "(.*)-([0-9.]+)" "name-1.2";
  text = builtins.replaceStrings [ "a" ] [ "b" ] (builtins.concatStringsSep ", " (builtins.attrNames named));
})`;

function absent(): never {
  throw new Error("Cannot warm up: the program needs services");
}

/** Evaluates once, so that what most evaluations need is compiled. Leaves nothing behind but that. */
export async function warmUp(): Promise<void> {
  const none = async () => absent();
  await using evaluator = createLocalEvaluator({
    inline: { observe() {} },
    services: {
      blobs: lazyBlobService(none),
      directories: lazyDirectoryService(none),
      pathInfos: lazyPathInfoService(none),
      narCalculation: lazyNarCalculationService(none),
      builds: lazyBuildService(none),
    },
  });
  const source = { case: "text" as const, value: new TextEncoder().encode(program) };
  const events = evaluator.evaluate({ expression: { source, baseDir: "/" }, readOnly: true });
  for await (const { event } of events) if (event.case === "diagnostic") throw new Error(event.value.message);
}
