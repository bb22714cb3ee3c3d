# category: functions
# checks: an underscore is a name like others
# versions: 2.3+
(_: _ + 1) 2
