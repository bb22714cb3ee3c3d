# category: flakes
# checks: attributes are those of the type
# versions: 2.20+
# features: flakes
builtins.flakeRefToString { type = "github"; owner = "a"; repo = "b"; url = "c"; }
