# category: builtins-attrs
# checks: mapAttrs calls a functor with two arguments
# versions: 2.3+
builtins.mapAttrs { __functor = self: n: v: "${n}${self.s}${v}"; s = "-"; } { a = "1"; }
