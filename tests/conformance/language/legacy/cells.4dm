// language.md 35.2, 35.3: pointers and arrays at their edges
var $n; $m : Integer
var $t : Text
var $d : Date
var $p; $q; $r : Pointer
var $o : Object
var $s
var $c : Collection
Nil($p) // expect: true
$p=Null // expect: true
$p#Null // expect: false
$p-> // expect error: -20003
$p->:=1 // expect error: -20003
$p->{1} // expect error: -20003
$p:=->$n
$p=Null // expect: false
$p->:=2.6
$n // expect: 3
$p->:="x" // expect error: -20002
$n // expect: 3
$p->*=2
$n // expect: 6
$q:=$p
$q=$p // expect: true
$q:=->$n
$q=$p // expect: true
$q:=->$m
$q=$p // expect: false
$q#$p // expect: true
$r:=->$p
$r->-> // expect: 6
$r->->:=7
$n // expect: 7
$p:=->$d
$p->:="2024-05-06"
$d // expect: !2024-05-06!
$p->+=1
$d // expect: !2024-05-07!
$p:=->$t
$p->:="abc"
$p->[[2]] // expect: "b"
$p->[[1]]:="X"
$t // expect: "Xbc"
Value type($p) // expect: 23
Type($p) // expect: 23
Type($p->) // expect: 2
$c:=[$p]
$c[0]-> // expect: "Xbc"
$o:={p: $p}
$o.p->:="changed"
$t // expect: "changed"
JSON Stringify($o) // expect: "{\"p\":\"[object Pointer]\"}"
$s:=New shared object
Use ($s)
	$s.p:=$p // expect error: -10721
End use
CALL WORKER("testPointers"; "Test cell"; $p) // expect error: -20017
Test cell(->$t; "given")
$t // expect: "given"
(Test kept(5))-> // expect: 5
$p:=Test kept(8)
$p->:=$p->+1
$p-> // expect: 9
myNumber:=4
$p:=->myNumber
$p->:=5
myNumber // expect: 5
Get pointer("myNumber")-> // expect: 5
<>myShared:=1
$p:=-><>myShared
$p->:=2
<>myShared // expect: 2
Field(1; 2) // expect error: -20027
Self // expect error: -20027
OBJECT Get pointer(Object named; "x") // expect error: -20027

ARRAY TEXT($texts; 2)
ARRAY LONGINT($longs; 2)
ARRAY INTEGER($integers; 1)
ARRAY REAL($reals; 1)
ARRAY BOOLEAN($booleans; 1)
ARRAY DATE($dates; 1)
ARRAY TIME($times; 1)
ARRAY OBJECT($objects; 1)
ARRAY PICTURE($pictures; 1)
ARRAY BLOB($blobs; 1)
ARRAY POINTER($pointers; 1)
Type($texts) // expect: 18
Type($longs) // expect: 16
Type($integers) // expect: 15
Type($reals) // expect: 14
Type($booleans) // expect: 22
Type($dates) // expect: 17
Type($times) // expect: 32
Type($objects) // expect: 39
Type($pictures) // expect: 19
Type($blobs) // expect: 31
Type($pointers) // expect: 20
$texts{1} // expect: ""
$longs{1} // expect: 0
$reals{1} // expect: 0
$booleans{1} // expect: false
$dates{1} // expect: !00-00-00!
$times{1} // expect: ?00:00:00?
$objects{1} // expect: null
Nil($pointers{1}) // expect: true
BLOB size($blobs{1}) // expect: 0
$longs{0}:=9
$longs{0} // expect: 9
Size of array($longs) // expect: 2
$longs{3} // expect error: -20005
$longs{-1} // expect error: -20005
$longs{1}:=3000000000 // expect error: -20007
$longs{1}:=1.5
$longs{1} // expect: 2
$times{1}:=90
$times{1} // expect: ?00:01:30?
$texts:=1
$texts // expect: 1
$texts{$texts}:="first"
$texts{1} // expect: "first"
$texts:=$longs // expect error
ARRAY TEXT($texts; 5)
$texts{1} // expect: "first"
ARRAY TEXT($texts; 1)
Size of array($texts) // expect: 1
ARRAY LONGINT($texts; 1)
Type($texts) // expect: 16
ARRAY TEXT($texts; -1) // expect error
ARRAY TEXT($texts; 0)
APPEND TO ARRAY($texts; "b")
APPEND TO ARRAY($texts; "A")
APPEND TO ARRAY($texts; "é")
APPEND TO ARRAY($texts; 5) // expect error: -20002
Find in array($texts; "E") // expect: 3
Find in array($texts; "@") // expect: 1
Find in array($texts; "@"; 2) // expect: 2
Find in array($texts; "a"; 3) // expect: -1
Find in array($longs; 9) // expect: -1
INSERT IN ARRAY($texts; 99; 2)
Size of array($texts) // expect: 5
$texts{5} // expect: ""
DELETE FROM ARRAY($texts; 4; 9)
Size of array($texts) // expect: 3
DELETE FROM ARRAY($texts; 9)
Size of array($texts) // expect: 3
ARRAY LONGINT($order; 3)
$order{1}:=1
$order{2}:=2
$order{3}:=3
SORT ARRAY($texts; $order)
$texts{1} // expect: "A"
$order{1} // expect: 2
SORT ARRAY($texts; $order; <)
$texts{1} // expect: "é"
$order{1} // expect: 3
SORT ARRAY($order; >)
$order{1} // expect: 1
COPY ARRAY($order; $integers)
Size of array($integers) // expect: 3
Test array(->$order)
$order{1} // expect: 100
$p:=->$order{2}
$p->:=55
$order{2} // expect: 55
$p:=->$order
$p->{3}:=66
$order{3} // expect: 66
Size of array($p->) // expect: 3
$c:=[]
ARRAY TO COLLECTION($c; $order)
$c // expect: [100,55,66]
$s:=New shared collection(9)
Use ($s)
	ARRAY TO COLLECTION($s; $order)
End use
$s // expect: [100,55,66]
COLLECTION TO ARRAY(["a"; "b"]; $texts)
Size of array($texts) // expect: 2
COLLECTION TO ARRAY([{n: 1; t: "x"}; {n: 2}]; $order; "n"; $texts; "t")
$order{2} // expect: 2
$texts{1} // expect: "x"
$texts{2} // expect: ""
OB SET ARRAY($o; "list"; $order)
$o.list // expect: [1,2]
OB GET ARRAY($o; "list"; $longs)
Size of array($longs) // expect: 2
myArray{1} // expect: undefined
ARRAY TEXT(myArray; 1)
myArray{1}:="process"
Test process array // expect: "process"
ARRAY TEXT(<>allArray; 1)
<>allArray{1}:="all"
<>allArray{1} // expect: "all"
Count in array($order; 2) // expect error: -20027
