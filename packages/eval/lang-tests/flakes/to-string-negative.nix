# category: flakes
# checks: integers aren't negative
# versions: 2.25+
# features: flakes
builtins.flakeRefToString { type = "path"; path = "/a"; lastModified = -1; }
