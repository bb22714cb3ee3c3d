import { describe, expect, it } from "vitest";
import { PublicKey } from "./public-key.ts";
import { formatSignature, parseSignature } from "./signature.ts";
import { SigningKey } from "./signing-key.ts";

/** Made by `nix-store --generate-binary-cache-key` for this test. */
const secret =
  "cache.example.org-1:iwEhudBOw7+FnkLbJWhkONNVbVWnAR2gIUECmbAoJ5YGjpou0lfMDUorCrIGzmDoXdjV1J+JRCv1CgB5GoYvgQ==";
const publicText = "cache.example.org-1:Bo6aLtJXzA1KKwqyBs5g6F3Y1dSfiUQr9QoAeRqGL4E=";

describe("SigningKey", () => {
  it("parse() reads a key of Nix and knows its public half", () => {
    const key = SigningKey.parse(`${secret}\n`);
    expect(key.name).toBe("cache.example.org-1");
    expect(String(key.publicKey)).toBe(publicText);
    expect(key.formatSecret()).toBe(secret);
  });

  it("sign() makes the signature that Nix makes", () => {
    const signature = SigningKey.parse(secret).sign(
      "1;/nix/store/fars50mlfk67nyzn0mc86b8gwbai49jr-dep.txt;" +
        "sha256:0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1;120;",
    );
    expect(formatSignature(signature)).toBe(
      "cache.example.org-1:xtGnvoS2dIeeckBL3D8QIgFBhUORErBypgG6S3IlDzGD5A8eRUhldJwcQhR7bbK7V9Heo63XjLJ2FzLA1sUOAg==",
    );
  });

  it("generate() makes a key that verifies what it signs, and parses again", () => {
    const key = SigningKey.generate("new-1");
    const again = SigningKey.parse(key.formatSecret());
    expect(key.publicKey.verify("text", again.sign("text"))).toBe(true);
    expect(key.publicKey.verify("Text", again.sign("text"))).toBe(false);
  });

  it("doesn't show its secret when printed", () => {
    const key = SigningKey.parse(secret);
    expect(`${String(key)}${JSON.stringify(key)}`).not.toContain("iwEhud");
  });

  it.each([
    [secret.replace("gQ==", "gA=="), "its public half doesn't belong to its secret half"],
    [publicText, '"cache.example.org-1": 32 bytes instead of 64'],
    ["iwEhud", "it doesn't begin with a name and a colon"],
    [":iwEhud", "it doesn't begin with a name and a colon"],
    ["a b:iwEhud", "white space in its name"],
    ["key:iwEhud!", "what follows its name isn't base64"],
  ])("parse() of a bad key says why, not what: %#", (text, reason) => {
    expect(() => SigningKey.parse(text)).toThrow(reason);
    expect(() => SigningKey.parse(text)).not.toThrow("iwEhud");
  });
});

describe("PublicKey", () => {
  it("parse() and printing give the same text", () => {
    expect(String(PublicKey.parse(`${publicText}\n`))).toBe(publicText);
    expect(() => PublicKey.parse(secret)).toThrow("64 bytes instead of 32");
  });

  it("verify() wants the name to be its own", () => {
    const signature = SigningKey.parse(secret).sign("text");
    expect(PublicKey.parse(publicText).verify("text", signature)).toBe(true);
    expect(PublicKey.parse(publicText).verify("text", { ...signature, name: "cache.example.org-2" })).toBe(false);
  });
});

describe("parseSignature()", () => {
  it("gives back what formatSignature() printed", () => {
    const text = formatSignature(SigningKey.generate("key").sign("text"));
    expect(formatSignature(parseSignature(text))).toBe(text);
  });
});
