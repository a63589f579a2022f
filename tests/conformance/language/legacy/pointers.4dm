// language.md 35.2
var $v; $w : Integer
var $p; $q; $nil : Pointer
var $o : Object
$v:=5
$p:=->$v
$p-> // expect: 5
$p->:=7
$v // expect: 7
$v:=8
$p-> // expect: 8
$p->+=2
$v // expect: 10
$q:=->$v
$p=$q // expect: true
$p#$q // expect: false
$q:=->$w
$p=$q // expect: false
Is nil pointer($nil) // expect: true
Is nil pointer($p) // expect: false
Nil($nil) // expect: true
$nil=Null // expect: true
$nil-> // expect error: -20003
Type($p) // expect: 23
Value type($p) // expect: 23
$p->:="text" // expect error: -20002
Test increment(->$v)
$v // expect: 11
$o:={pointer: $p}
$o.pointer-> // expect: 11
JSON Stringify($o) // expect: "{\"pointer\":\"[object Pointer]\"}"
$p:=Test pointer
$p-> // expect: 99
$p->:=100
$p-> // expect: 100
myProcess:=3
$p:=->myProcess
$p-> // expect: 3
$p:=Get pointer("myProcess")
$p->:=4
myProcess // expect: 4
(Test pointer)-> // expect: 99
ARRAY LONGINT($a; 3)
$p:=->$a
$p->{2}:=22
$a{2} // expect: 22
$p->{2} // expect: 22
$q:=->$a{2}
$q-> // expect: 22
$q->:=23
$a{2} // expect: 23
Size of array($p->) // expect: 3
RESOLVE POINTER($p; $v; $v; $v) // expect error: -20027
