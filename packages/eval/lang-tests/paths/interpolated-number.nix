# category: paths
# checks: an interpolation in a path must coerce
# versions: 2.3+
/a/${1}
