# category: printing
# checks: a set of type derivation prints as one
# versions: 2.3+
{ type = "derivation"; drvPath = "/nix/store/x.drv"; a = 1; }
