# category: errors
# checks: abort fails with its message
# versions: 2.3+
abort "stop"
