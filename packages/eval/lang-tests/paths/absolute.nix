# category: paths
# checks: absolute paths are made canonical when they are values
# versions: 2.3+
[ /a /a/b /a/./b /a/../b /a/b/. /. /.. /a/../../b /.../a ]
