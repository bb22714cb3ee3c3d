# category: builtins-attrs
# checks: zipAttrsWith collects values by name in order
# versions: 2.3+
builtins.zipAttrsWith (n: vs: { inherit n vs; }) [ { a = 1; b = 2; } { a = 3; } { } { c = 4; a = 5; } ]
