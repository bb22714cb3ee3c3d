/** A daemon of the mesh, as `tvix up` runs it. */
export interface Daemon {
  /** Also its folder under services/. */
  readonly name: string;
  readonly defaultPort: number;
  /** The variable by which others learn its address. */
  readonly addressVariable: string;
  readonly scheme: "grpc+http" | "http";
  /** Names of the daemons that must listen before it starts. */
  readonly needs: readonly string[];
  /** Whether it keeps something itself, and so can do so in memory. */
  readonly hasStore: boolean;
}

const stores = ["blob-service", "directory-service"] as const;

/** Each after those that it needs. */
export const daemons: readonly Daemon[] = [
  {
    name: "blob-service",
    defaultPort: 8001,
    addressVariable: "BLOB_SERVICE_ADDR",
    scheme: "grpc+http",
    needs: [],
    hasStore: true,
  },
  {
    name: "directory-service",
    defaultPort: 8002,
    addressVariable: "DIRECTORY_SERVICE_ADDR",
    scheme: "grpc+http",
    needs: ["blob-service"],
    hasStore: true,
  },
  {
    name: "pathinfo-service",
    defaultPort: 8003,
    addressVariable: "PATH_INFO_SERVICE_ADDR",
    scheme: "grpc+http",
    needs: stores,
    hasStore: true,
  },
  {
    name: "build-service",
    defaultPort: 8004,
    addressVariable: "BUILD_SERVICE_ADDR",
    scheme: "grpc+http",
    needs: stores,
    hasStore: false,
  },
  {
    name: "evaluator",
    defaultPort: 8005,
    addressVariable: "EVALUATOR_ADDR",
    scheme: "grpc+http",
    needs: [...stores, "pathinfo-service", "build-service"],
    hasStore: false,
  },
  {
    name: "nar-bridge",
    defaultPort: 9000,
    addressVariable: "NAR_BRIDGE_ADDR",
    scheme: "http",
    needs: [...stores, "pathinfo-service"],
    hasStore: false,
  },
];
