# category: files
# checks: relative paths in an imported file stand below that file
# versions: 2.3+
(import ./fixtures/nested/chain.nix)
