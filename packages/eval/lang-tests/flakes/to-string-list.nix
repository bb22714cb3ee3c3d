# category: flakes
# checks: attributes are strings, integers and Booleans
# versions: 2.19+
# features: flakes
builtins.flakeRefToString { type = "indirect"; id = [ ]; }
