# category: syntax
# checks: there is no unary plus
# versions: 2.3+
+1
