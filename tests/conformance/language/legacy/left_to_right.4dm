// language.md 27 to 31: the 4D surface
var $a; $b : Integer
var $t : Text
$a:=2+3*4 // expect: 20
1+2*5 // expect: 15
2+3*4^2 // expect: 400
10-2*3 // expect: 24
2*3+4*5 // expect: 50
-2^2 // expect: 4
1+1=2 // expect: true
(1=1) & (2=2) // expect: true
$b:=5
$b=5 // expect: true
$b#5 // expect: false
$b!=6 // expect: true
Null || "x" && "y" // expect: "y"
"a" || "b" && "c" // expect: "c"
True | True & False // expect: false
False & True | True // expect: true
$b=5 ? 0 : 2*3 // expect: 0
$b=4 ? 0 : 2*3+1 // expect: 7
$b=Null ? 1 : 2 // expect: 2
(2+3)*4 // expect: 20
2+(3*4) // expect: 14
$t:="abc"
$t="ABC" // expect: true
$t="a@" // expect: true
$t#"a@" // expect: false
Uppercase($t; *) // expect: "ABC"
Length($t)+1 // expect: 4
$t[[2]] // expect: "b"
$t[[2]]:="X" // expect: "aXc"
$t+="d" // expect: "aXcd"
$b+=1 // expect: 6
$b*=2 // expect: 12
$b-=2 // expect: 10
$b/=5 // expect: 2
New object("a"; 1).a // expect: 1
New collection(1; 2; 3).length // expect: 3
{a: 1; b: 2}.b // expect: 2
{a: 1, b: 2}.b // expect: 2
[1; 2; 3][1] // expect: 2
[1, 2, 3][1] // expect: 2
Num:C11("12") // expect: 12
String:C10(5)+"x" // expect: "5x"
Length:C16("four") // expect: 4
Value type($t) // expect: 2
Type($b)=Is longint // expect: true
Value type(Null)=Is null // expect: true
Is text // expect: 2
ck descending // expect: 1
Formula($1+$2).call(Null; 3; 4) // expect: 7
Formula($1.from=$1.to).call(Null; {from: 1; to: 1}) // expect: true
Try(throw(5)) // expect: undefined
Last errors[0].errCode // expect: 5
Null($t) // expect: false
Undefined($nothing) // expect: true
Is Windows // expect: false
Is macOS // expect: false
Current date=!00-00-00! // expect: false
