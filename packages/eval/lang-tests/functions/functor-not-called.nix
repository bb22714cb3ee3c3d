# category: functions
# checks: a functor that needs no argument isn't evaluated
# versions: 2.3+
({ __functor = throw "no"; a = 1; }).a
