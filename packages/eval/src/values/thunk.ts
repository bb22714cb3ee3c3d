import { inOwnCell } from "./functions.ts";
import { NixError } from "./nix-error.ts";
import type { Lazy, Value } from "./value.ts";

/** An environment: the parent environment (or what a slot maker keeps) at 0, slots from 1; an empty slot is undefined. */
export type Environment = unknown[];

/** A piece of code that can be run later; `run` replaces itself by the compiled code when it is first called. */
export class Deferred {
  run: (environment: Environment) => Value;
  /** Whether what it computes is another's value as it is, cell and all: a variable. */
  readonly isAlias: boolean;

  constructor(run: (environment: Environment) => Value, isAlias = false) {
    this.run = run;
    this.isAlias = isAlias;
  }

  /** The value, in a cell of its own unless it is an alias. */
  compute(environment: Environment): Value {
    const value = this.run(environment);
    return this.isAlias ? value : inOwnCell(value);
  }
}

/** A value to be computed once. What fails can be forced again and fails again. */
export class Thunk {
  #deferred: Deferred | null;
  #payload: unknown;

  constructor(deferred: Deferred, environment: Environment) {
    this.#deferred = deferred;
    this.#payload = environment;
  }

  /** The value, if it has been computed. */
  get known(): Value | undefined {
    return this.#deferred === null ? (this.#payload as Value) : undefined;
  }

  force(): Value {
    const deferred = this.#deferred;
    if (deferred === null) return this.#payload as Value;
    const environment = this.#payload as Environment;
    this.#deferred = blackHole;
    try {
      const value = deferred.compute(environment);
      this.#deferred = null;
      this.#payload = value;
      return value;
    } catch (error) {
      this.#deferred = deferred;
      throw error;
    }
  }

  /** Ends the wait of a thunk that was made while its slot was being computed. */
  resolve(value: Value): void {
    this.#deferred = null;
    this.#payload = value;
  }

  /** Makes a thunk that was made while its slot was being computed, which failed, computable again. */
  restore(deferred: Deferred, environment: Environment): void {
    this.#deferred = deferred;
    this.#payload = environment;
  }

  static waiting(): Thunk {
    return new Thunk(blackHole, noEnvironment);
  }
}

const noEnvironment: Environment = [];

const blackHole = new Deferred(() => {
  throw new NixError("infinite-recursion", "infinite recursion encountered");
});

/** What a slot holds while its value is being computed. */
const pending = Thunk.waiting();

/** Computes an empty slot without a thunk, and keeps the value in it. */
export function forceSlot(slots: Environment, index: number, deferred: Deferred, environment: Environment): Value {
  slots[index] = pending;
  let value: Value;
  try {
    value = deferred.compute(environment);
  } catch (error) {
    const now = slots[index];
    if (now === pending) slots[index] = undefined;
    else (now as Thunk).restore(deferred, environment);
    throw error;
  }
  const now = slots[index];
  if (now !== pending && now instanceof Thunk) now.resolve(value);
  slots[index] = value;
  return value;
}

/** What a filled slot has for passing on: a slot whose value is being computed gets a thunk that waits for it. */
export function shareFilled(slots: Environment, index: number): Lazy {
  const content = slots[index];
  if (content !== pending) return content as Lazy;
  const thunk = Thunk.waiting();
  slots[index] = thunk;
  return thunk;
}

/** The content of a slot for passing on: what is there, or a thunk that is put there. */
export function shareSlot(slots: Environment, index: number, deferred: Deferred, environment: Environment): Lazy {
  const content = slots[index];
  if (content === undefined) {
    const thunk = new Thunk(deferred, environment);
    slots[index] = thunk;
    return thunk;
  }
  return shareFilled(slots, index);
}
