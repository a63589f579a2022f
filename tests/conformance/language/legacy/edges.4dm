//%attributes = {"invisible":true,"lang":"en"}
// language.md 27 to 36: the 4D surface at its edges
var $i; $n : Integer
var $a, $b : Text
var $o : Object
var $c : Collection
var $flag : Boolean:=True
Wrong name:C10(5) // expect: "5"
String:C10(5)+String:C10(6) // expect: "56"
New object:C1471("a"; 1).a // expect: 1
Is text:K8:3 // expect: 2
4D:C1709.File=4D.File // expect: true
cs:C1710.Shop.new().name // expect: "Shop"
$flag ? $i : C12 // expect: 0
$flag ? 1 : 2 // expect: 1
TRUE & True // expect: true
not(true) // expect: false
New Object("a"; 1) // expect: {"a":1}
new collection(1; 2) // expect: [1,2]
current date>!2024-01-01! // expect: true
4D Server // expect type: 1
64 bit version // expect type: 1
4D Local mode // expect type: 1
00_Start // expect: "started"
00_Start() // expect: "started"
$a:="x" /* a note */+"y"/** another /* nested */ */ // expect: "xy"
$a:=Uppercase($a)/* behind */
$a // expect: "XY"
$n:=2*(3+4) // expect: 14
$n:=10-2-3 // expect: 5
$n:=2+3*4-1 // expect: 19
$n:=2^3^2 // expect: 64
1+2=3 // expect: true
3=1+2 // expect error
(3=(1+2)) // expect: true
1<2 & (2<3) // expect: true
$a || "x" && "y" // expect: "y"
$flag && $flag=True // expect: true
$c:=[]
$c.length=0 && $c.length=0 // expect type: 6
$i=Null ? 0 : 2*3 // expect: 6
-2^2 // expect: 4
2-1 // expect: 1
$o:={a: 1, b: 2; c: 3}
$o // expect: {"a":1,"b":2,"c":3}
$c:=[1; 2, 3]
$c // expect: [1,2,3]
$o.a+=1 // expect: 2
$o["b"]*=4 // expect: 8
$c[0]-=1 // expect: 0
$a#"z" // expect: true
$a!="z" // expect: true
Try(throw(4)) // expect: undefined
Case of 
	: ($a="q") | ($a="XY")
		$i:=1 // expect: 1
	: True
		$i:=2
	Else 
		$i:=3
End case 
For ($i; 1; 3)
	$n:=$i
End for 
$n // expect: 3
Test types(1) // expect: "1"
Test compiled("a"; "b"; "c") // expect: "abc"
$x:=5
x:=6
$x // expect: 5
x // expect: 6
Test process // expect: 6
clientName // expect: undefined
clientName.x // expect: undefined
clientName.x:=1 // expect error: -20003
clientName.f() // expect error: -20003
<>inter // expect: undefined
<>inter:="all"
Test inter // expect: "all"
cs.Shop.new().edit({name: "n"}) // expect: "n"
cs.Shop.new().both(2) // expect: 4
cs.Shop.new().empty // expect: undefined
cs.Shop.new().total // expect: 6
cs.Shop.new().noParens() // expect: "np"
cs.Shop.new().shout("a") // expect: "A!"
ARRAY TEXT($two; 2; 3) // expect error: -20027
ALL RECORDS([Nothing]) // expect error: -20027
QUERY SELECTION // expect error: -20027
ALERT("x") // expect error: -20027
$n:=Sum($x) // expect error: -20027 Sum
$n:=Average:C2($x) // expect error: -20027 Average
MESSAGE("x") // expect error: -20027 MESSAGE
Max($x; 1) // expect error: -20027
Level:C101 // expect error: -20027
noSuchMethod($x) // expect error: -20008
OBJECT SET VISIBLE(*; "x"; True) // expect error: -20027
FORM Event // expect error: -20027
Request("x") // expect error: -20027
PRINT RECORD // expect error: -20027
WP New // expect error: -20027
DOM Create XML Ref("x") // expect error: -20027
Open form window("x") // expect error: -20027
QR REPORT // expect error: -20027
Form // expect: null
Form.x // expect: undefined
Form.x:=1 // expect error: -20003
On Load // expect: 0
On Clicked // expect type: 1
Object current // expect type: 1
Plain form window // expect type: 1
lk inherited // expect: 0
If (Is Windows | Is macOS)
	ALERT("never")
	SHOW ON DISK("x")
End if 
Test sql // expect error: -20027
TRACE
Null($a) // expect: false
This // expect: null
var <>declared : Text
<>declared:="d" // expect: "d"
Test try // expect: "went on"
WA EXECUTE JAVASCRIPT FUNCTION(*; "area"; "f"; *) // expect error: -20027 WA EXECUTE JAVASCRIPT FUNCTION
DOM EXPORT TO VAR($a; $b) // expect error: -20027 DOM EXPORT TO VAR
SELECTION TO ARRAY($a; $b) // expect error: -20027
Align left // expect: 0
wk margin left // expect: 0
HTTP GET method // expect: "GET"
UTF8 text without length // expect: 6
var $p : Pointer
var $object : Object
$object:={name: "n", deep: {x: 1}}
$p:=->$object
$p->name // expect: "n"
$p->name:="m"
$object.name // expect: "m"
$p->deep.x+=4
$object.deep.x // expect: 5
$p->["name"] // expect: "m"
<>limit:=3
(2<<>limit) // expect: true
(4<<>limit) // expect: false
WR OPEN DOCUMENT:P12000:48($object; "x") // expect error
APPLY TO SELECTION([Nothing:2]; [Nothing:2]name:3:="x") // expect error: -20027
