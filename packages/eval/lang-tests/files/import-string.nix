# category: files
# checks: import takes an absolute path as a string, and a set with outPath
# versions: 2.3+
[ (import (toString ./fixtures/number.nix)) (import { outPath = toString ./fixtures/number.nix; }) ]
