// language.md 35.3
var $c : Collection
var $o : Object
ARRAY TEXT($t; 3)
Size of array($t) // expect: 3
$t{1} // expect: ""
$t{0} // expect: ""
$t{1}:="one" // expect: "one"
$t{3}:="three"
$t{4} // expect error: -20005
$t{-1} // expect error: -20005
$t{4}:="x" // expect error: -20005
$t+0 // expect: 0
$t:=2
$t+0 // expect: 2
$t{$t}:="two"
ARRAY TEXT($t; 4)
$t{1} // expect: "one"
$t{4} // expect: ""
APPEND TO ARRAY($t; "five")
Size of array($t) // expect: 5
$t{5} // expect: "five"
INSERT IN ARRAY($t; 1; 2)
Size of array($t) // expect: 7
$t{3} // expect: "one"
INSERT IN ARRAY($t; 100)
Size of array($t) // expect: 8
DELETE FROM ARRAY($t; 1; 2)
$t{1} // expect: "one"
DELETE FROM ARRAY($t; 6)
Size of array($t) // expect: 5
Find in array($t; "two") // expect: 2
Find in array($t; "TH@") // expect: 3
Find in array($t; "none") // expect: -1
Find in array($t; "one"; 2) // expect: -1
ARRAY LONGINT($n; 0)
APPEND TO ARRAY($n; 30)
APPEND TO ARRAY($n; 10)
APPEND TO ARRAY($n; 20)
ARRAY TEXT($labels; 0)
APPEND TO ARRAY($labels; "c")
APPEND TO ARRAY($labels; "a")
APPEND TO ARRAY($labels; "b")
SORT ARRAY($n; $labels; >)
$n{1} // expect: 10
$labels{1} // expect: "a"
$labels{3} // expect: "c"
SORT ARRAY($n; <)
$n{1} // expect: 30
$n{1}:="x" // expect error: -20002
$n{1}:=1.6 // expect: 2
COPY ARRAY($n; $copy)
Size of array($copy) // expect: 3
$copy{1}:=99
$n{1} // expect: 2
ARRAY TO COLLECTION($c; $n)
$c // expect: [2,20,10]
$c:=[5; 6]
COLLECTION TO ARRAY($c; $n)
Size of array($n) // expect: 2
$n{2} // expect: 6
ARRAY TO COLLECTION($c; $n; "value"; $labels; "label")
$c[0].value // expect: 5
$c[0].label // expect: "a"
$o:={}
OB SET ARRAY($o; "list"; $n)
$o.list // expect: [5,6]
OB GET ARRAY($o; "list"; $copy)
Size of array($copy) // expect: 2
Type($t) // expect: 18
Type($n) // expect: 16
ARRAY REAL($r; 2)
Type($r) // expect: 14
ARRAY BOOLEAN($b; 2)
$b{1} // expect: false
Type($b) // expect: 22
ARRAY DATE($d; 1)
$d{1} // expect: !00-00-00!
Type($d) // expect: 17
ARRAY OBJECT($objects; 1)
$objects{1} // expect: null
Type($objects) // expect: 39
ARRAY POINTER($pointers; 1)
$pointers{1}:=->$t
$pointers{1}->{1} // expect: "one"
$n:=$r // expect error
