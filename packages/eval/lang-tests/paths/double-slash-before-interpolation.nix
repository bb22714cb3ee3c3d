# category: paths
# checks: one piece of path may stand between two slashes and an interpolation
# versions: 2.3+
[ /a//${"b"} /a//b/c${"d"} /a/${"b"}//c ]
