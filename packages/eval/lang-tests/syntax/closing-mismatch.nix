# category: syntax
# checks: brackets close in order
# versions: 2.3+
[ ( ] )
