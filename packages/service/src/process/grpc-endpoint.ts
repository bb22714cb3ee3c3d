import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Server } from "@grpc/grpc-js";
import { addService, type CallObserver, createGrpcServer } from "../grpc/server.ts";
import type { ServiceBinding } from "../grpc/service-implementation.ts";
import { ServiceError } from "../service-error.ts";
import { type TlsMaterial, toServerCredentials } from "./credentials.ts";
import type { Drain } from "./drain.ts";
import type { Endpoint } from "./endpoint.ts";
import { addHealth } from "./health.ts";
import { formatListenAddress, type ListenAddress } from "./listen-address.ts";
import { addReflection } from "./reflection.ts";

export interface GrpcEndpointOptions {
  readonly services: readonly ServiceBinding[];
  readonly tls: TlsMaterial | undefined;
  readonly drain: Drain;
  readonly observer: CallObserver;
}

/** How long answers may take to reach clients once all calls are over. */
const flushTimeoutMs = 1_000;

/** Unix sockets that a killed process left would block the address. */
function prepareSocket(address: ListenAddress): void {
  if (address.kind !== "unix") return;
  mkdirSync(dirname(address.path), { recursive: true });
  rmSync(address.path, { force: true });
}

/** Answers on their way get through; streams that would go on, such as a health watch, are cut after a while. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, flushTimeoutMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** A gRPC server with health, reflection and drain. */
export function createGrpcEndpoint(options: GrpcEndpointOptions): Endpoint {
  const server = createGrpcServer();
  const descriptors = options.services.map((binding) => binding.service);
  for (const binding of options.services)
    addService(server, binding, { admission: options.drain, observer: options.observer });
  const health = addHealth(
    server,
    descriptors.map((service) => service.typeName),
  );
  addReflection(server, descriptors);
  return {
    async listen(address) {
      prepareSocket(address);
      const text = formatListenAddress(address);
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync(text, toServerCredentials(options.tls), (error, bound) => {
          if (error)
            reject(new ServiceError("unavailable", `Cannot listen on ${text}: ${error.message}`, { cause: error }));
          else resolve(bound);
        });
      });
      return address.kind === "unix" ? address : { ...address, port };
    },
    setServing: (serving) => health.setServing(serving),
    close: () => shutDown(server),
  };
}
