# category: json
# checks: __toString's result is the text
# versions: 2.3+
builtins.toJSON { __toString = self: "a\"${self.b}"; b = "c"; }
