# category: attributes
# checks: __overrides stays an attribute itself
# versions: 2.3+
builtins.attrNames (rec { a = 1; __overrides = { b = 2; }; })
