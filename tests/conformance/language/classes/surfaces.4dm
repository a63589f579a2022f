// A .4qs class extended by a .4dm one and the other way round (language.md 26)
var $o : Object
$o:=cs.Fourth.new(2)
$o.value // expect: 2
$o.double() // expect: 4
$o.triple() // expect: 6
$o.order() // expect: 14
cs.Base.new(2).order() // expect: 14
cs.Last.new(5).own() // expect: "last 5 10 15"
Test both("x") // expect: "x!"
cs.Faulty.new().good() // expect: "good"
cs.Faulty.new().bad() // expect error: -20001
