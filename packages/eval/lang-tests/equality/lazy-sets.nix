# category: equality
# checks: sets with different names are unequal without looking
# versions: 2.3+
[ ({ a = throw "no"; } == { }) ({ a = throw "no"; } == { b = throw "no"; }) ]
