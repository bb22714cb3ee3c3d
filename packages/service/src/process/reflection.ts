import type { DescFile, DescService } from "@bufbuild/protobuf";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { Health } from "@tvix-mesh/proto/grpc/health/v1/health";

type PackageDefinition = ConstructorParameters<typeof ReflectionService>[0];

/** A file and all that it imports, each once, imports first. */
function withImports(file: DescFile, seen: Map<string, Buffer>): void {
  if (seen.has(file.name)) return;
  for (const dependency of file.dependencies) withImports(dependency, seen);
  seen.set(file.name, Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
}

/** Adds gRPC server reflection (v1 and v1alpha) that describes `bound` and health v1. */
export function addReflection(server: Server, bound: readonly DescService[]): void {
  const services = [...bound, Health];
  const files = new Map<string, Buffer>();
  for (const service of services) withImports(service.file, files);
  // The package reads nothing of a definition but its encoded files.
  const definition = { files: { fileDescriptorProtos: [...files.values()] } };
  const names = services.map((service) => service.typeName);
  new ReflectionService(definition as unknown as PackageDefinition, { services: names }).addToServer(server);
}
