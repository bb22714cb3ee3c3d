# category: let
# checks: let inside of a function sees its parameters, formals and the whole
# versions: 2.3+
({ a, b ? a, ... }@args: let c = args.z; d = b; in [ c d ]) { a = 1; z = 2; }
