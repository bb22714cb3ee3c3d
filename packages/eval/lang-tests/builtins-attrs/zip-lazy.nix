# category: builtins-attrs
# checks: zipAttrsWith evaluates only what is asked for
# versions: 2.3+
(builtins.zipAttrsWith (n: vs: if n == "a" then vs else throw "no") [ { a = 1; b = throw "no"; } ]).a
