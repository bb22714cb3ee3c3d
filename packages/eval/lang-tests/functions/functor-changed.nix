# category: functions
# checks: a functor that is updated sees the new set
# versions: 2.3+
(({ __functor = self: x: x + self.n; n = 1; }) // { n = 100; }) 1
