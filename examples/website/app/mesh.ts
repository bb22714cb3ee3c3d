/** One daemon of the mesh, or the client that starts it all. Positions are in the diagram's own units. */
export interface Member {
  readonly name: string;
  readonly address: string;
  readonly purpose: string;
  readonly x: number;
  readonly y: number;
  /** Names of the members that this one calls. */
  readonly calls: readonly string[];
}

/** A phase of a build: the calls that it makes, as [caller, callee]. */
export interface Step {
  readonly name: string;
  readonly story: string;
  readonly calls: readonly (readonly [string, string])[];
}

const stores = ["blob-service", "directory-service", "pathinfo-service"] as const;

export const members: readonly Member[] = [
  {
    name: "tvix",
    address: "your terminal",
    purpose: "The command line: sends an expression, shows what happens, prints store paths.",
    x: 110,
    y: 60,
    calls: ["evaluator"],
  },
  {
    name: "evaluator",
    address: ":8005",
    purpose: "Evaluates the Nix language and has what it asks for built, dependencies first.",
    x: 330,
    y: 60,
    calls: ["build-service", ...stores],
  },
  {
    name: "build-service",
    address: ":8004",
    purpose: "Runs builders in a sandbox that holds their inputs and nothing else.",
    x: 560,
    y: 60,
    calls: ["blob-service", "directory-service"],
  },
  {
    name: "nar-bridge",
    address: ":9000",
    purpose: "Shows the store to ordinary Nix clients as a binary cache.",
    x: 790,
    y: 60,
    calls: stores,
  },
  {
    name: "pathinfo-service",
    address: ":8003",
    purpose: "Knows which tree a store path stands for, its references, deriver and signatures.",
    x: 220,
    y: 270,
    calls: ["blob-service", "directory-service"],
  },
  {
    name: "directory-service",
    address: ":8002",
    purpose: "Keeps folders: sorted names that point to blobs, folders and link targets.",
    x: 450,
    y: 310,
    calls: [],
  },
  {
    name: "blob-service",
    address: ":8001",
    purpose: "Keeps file contents under the BLAKE3 hash of their bytes, in chunks shared by all.",
    x: 680,
    y: 270,
    calls: [],
  },
];

export const steps: readonly Step[] = [
  {
    name: "Evaluate",
    story: "The evaluator reads the expression and computes every output path before anything is built.",
    calls: [["tvix", "evaluator"]],
  },
  {
    name: "Import",
    story: "Sources and tools go into the store: contents, folders, and names for them.",
    calls: stores.map((store) => ["evaluator", store] as const),
  },
  {
    name: "Build",
    story: "The builder runs on its inputs; its log lines travel back while it works, its outputs are stored.",
    calls: [
      ["evaluator", "build-service"],
      ["build-service", "blob-service"],
      ["build-service", "directory-service"],
    ],
  },
  {
    name: "Register",
    story: "The archive hash is computed from the stored tree, then the path info is written: now the path exists.",
    calls: [
      ["evaluator", "pathinfo-service"],
      ["pathinfo-service", "directory-service"],
      ["pathinfo-service", "blob-service"],
    ],
  },
  {
    name: "Serve",
    story: "A Nix client asks for the path, and the bridge renders the archive from the tree as it is read.",
    calls: stores.map((store) => ["nar-bridge", store] as const),
  },
];
