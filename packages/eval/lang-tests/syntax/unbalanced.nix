# category: syntax
# checks: brackets close
# versions: 2.3+
[ 1 2
