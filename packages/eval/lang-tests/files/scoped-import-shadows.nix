# category: files
# checks: names of scopedImport win over globals, not over the file's own
# versions: 2.3+
builtins.scopedImport { fromOutside = 1; builtins = { head = x: "mine"; }; map = 2; } ./fixtures/nested/scoped-globals.nix
