import { expect, test } from "vitest";
import { formatListenAddress, isLocal, parseListenAddress } from "./listen-address.ts";

test.each([
  ["127.0.0.1:8001", "127.0.0.1:8001", true],
  [":8001", "127.0.0.1:8001", true],
  ["localhost:0", "localhost:0", true],
  ["[::1]:8001", "[::1]:8001", true],
  ["unix:///run/x.sock", "unix:/run/x.sock", true],
  ["0.0.0.0:8001", "0.0.0.0:8001", false],
  ["[::]:8001", "[::]:8001", false],
])("parseListenAddress(%s) round-trips and knows what is local", (text, formatted, local) => {
  const address = parseListenAddress(text);
  expect(formatListenAddress(address)).toBe(formatted);
  expect(isLocal(address)).toBe(local);
});

test.each(["8001", "host:", "host:99999", "http://host:1", "unix:relative"])(
  "parseListenAddress(%s) is refused",
  (text) => {
    expect(() => parseListenAddress(text)).toThrow(`Cannot listen on "${text}"`);
  },
);
