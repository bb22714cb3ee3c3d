# category: laziness
# checks: update needs both sets, not their values
# versions: 2.3+
builtins.attrNames ({ a = throw "no"; } // { a = throw "no"; b = throw "no"; })
