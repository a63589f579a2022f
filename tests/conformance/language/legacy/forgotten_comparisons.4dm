// A comparison on a line of its own is made and forgotten; only := assigns
var $a; $b : Integer
var $c : Collection
$a:=1
$b:=2
$c:=[1]
$a=$b
$a // expect: 1
$c[1]=$c[0]
$c.length // expect: 1
