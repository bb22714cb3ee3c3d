import { callInSpan } from "./span.ts";
import { isTelemetryEnabled } from "./telemetry-state.ts";

/** Which instance of a composition a span belongs to. */
export interface InstanceName {
  readonly kind: string;
  readonly instance: string;
  readonly type: string;
}

type Method = (...args: unknown[]) => unknown;

/** Wraps every method in a span that names the instance. Answers the service itself while telemetry is off. */
export function decorateService<Service extends object>(service: Service, instance: InstanceName): Service {
  if (!isTelemetryEnabled()) return service;
  const options = { attributes: { "tvix.instance": instance.instance, "tvix.backend": instance.type } };
  return new Proxy(service, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      if (typeof property === "symbol") return value.bind(target);
      const method = value as Method;
      return (...args: unknown[]) =>
        callInSpan(`${instance.kind}.${property}`, options, () => method.apply(target, args));
    },
  });
}
