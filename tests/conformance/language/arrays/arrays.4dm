// Legacy arrays (language.md 35.3)
var $c : Collection
var $o : Object
var $i : Integer
ARRAY TEXT($names; 2)
Size of array($names) // expect: 2
$names{1} // expect: ""
$names{0} // expect: ""
$names{1}:="Bo"
$names{2}:="Al"
$names{3} // expect error: -20005
$names{3}:="x" // expect error: -20005
ARRAY TEXT($names; 3)
$names{1} // expect: "Bo"
$names{3} // expect: ""
APPEND TO ARRAY($names; "Cy")
Size of array($names) // expect: 4
$names{4} // expect: "Cy"
Find in array($names; "a@") // expect: 2
Find in array($names; "BO") // expect: 1
Find in array($names; "bo"; 2) // expect: -1
DELETE FROM ARRAY($names; 3)
Size of array($names) // expect: 3
INSERT IN ARRAY($names; 1; 2)
Size of array($names) // expect: 5
$names{3} // expect: "Bo"
INSERT IN ARRAY($names; 99)
Size of array($names) // expect: 6
DELETE FROM ARRAY($names; 1; 2)
DELETE FROM ARRAY($names; 4; 9)
Size of array($names) // expect: 3

ARRAY LONGINT($ages; 3)
$ages{1}:=30
$ages{2}:=10
$ages{3}:=20
SORT ARRAY($names; $ages)
$names{1} // expect: "Al"
$ages{1} // expect: 10
SORT ARRAY($ages; $names; <)
$ages{1} // expect: 30
$names{1} // expect: "Bo"
$ages{1}:="x" // expect error: -20002
$ages{1}:=2.6
$ages{1} // expect: 3

ARRAY REAL($copy; 0)
COPY ARRAY($ages; $copy)
Size of array($copy) // expect: 3
$copy{1}:=99
$ages{1} // expect: 3

$c:=New collection
ARRAY TO COLLECTION($c; $names)
$c // expect: ["Bo","Cy","Al"]
ARRAY TO COLLECTION($c; $names; "n"; $ages; "a")
$c // expect: [{"n":"Bo","a":3},{"n":"Cy","a":20},{"n":"Al","a":10}]
COLLECTION TO ARRAY(New collection("x"; "y"); $names)
Size of array($names) // expect: 2
$names{2} // expect: "y"
COLLECTION TO ARRAY($c; $names; "n"; $ages; "a")
$names{1} // expect: "Bo"
$ages{2} // expect: 20

$o:=New object
OB SET ARRAY($o; "list"; $ages)
$o // expect: {"list":[3,20,10]}
ARRAY LONGINT($back; 0)
OB GET ARRAY($o; "list"; $back)
Size of array($back) // expect: 3
$back{3} // expect: 10
ARRAY TEXT($props; 0)
OB GET PROPERTY NAMES($o; $props)
Size of array($props) // expect: 1
$props{1} // expect: "list"

$names:=2
$names+0 // expect: 2
ARRAY BOOLEAN($flags; 1)
$flags{1} // expect: false
ARRAY DATE($days; 1)
$days{1}:=!2030-01-01!
$days{1} // expect: !2030-01-01!
ARRAY OBJECT($objects; 1)
$objects{1} // expect: null
