//%attributes = {"invisible":true}
// language.md 28, 30
var $i; $n : Integer
var $log : Collection
var $o : Object
var $s : Text:="init"
$s // expect: "init"
C_LONGINT:C283($legacy; $other)
C_TEXT:C284($word)
$legacy // expect: 0
$word // expect: ""
$log:=[]
If ($i=0)
	$s:="zero" // expect: "zero"
Else 
	$s:="wrong"
End if 
Case of 
	: ($i=1)
		$s:="one"
		// a comment between cases
	: ($i=0) | ($i=5)
		$s:="case" // expect: "case"
	Else 
		$s:="else"
End case 
While ($i<3)
	$i:=$i+1
End while 
$i // expect: 3
Repeat 
	$i:=$i-1
Until ($i=0)
$i // expect: 0
For ($i; 1; 3)
	$log.push($i)
End for 
$log // expect: [1,2,3]
For ($i; 3; 1; -1)
	$log.push($i)
End for 
$log // expect: [1,2,3,3,2,1]
For each ($n; [5; 6])
	$log.push($n)
End for each 
$log.length // expect: 8
For each ($n; [1; 2; 3; 4]; 1; 3)
	$log.push($n)
End for each 
$log.length // expect: 10
For each ($n; [1; 2; 3]) Until ($n=2)
	$s:=String($n)
End for each 
$s // expect: "2"
Try
	throw(5)
	$s:="wrong"
Catch
	$s:="caught" // expect: "caught"
End try
$o:=New shared object("a"; 1)
Use ($o)
	$o.a:=2
End use 
$o.a // expect: 2
Test sum(1; 2; 3) // expect: 6
Test sum (1; 2) // expect: 3
Test numbered(3; 4) // expect: 7
Test declared("a") // expect: "a-"
Test declared("a"; "b") // expect: "a-b"
Test no parameters // expect: 42
$o:=cs.Customer.new("Bo")
$o.name // expect: "Bo"
$o.greet() // expect: "Hello Bo"
$o.total // expect: 3
$o.edit({name: "Al"}) // expect: "Al"
cs:C1710.Customer.new("Cy").name // expect: "Cy"
userName // expect: undefined
saved.success // expect: undefined
eThis.leave:=1 // expect error: -20003
saved.call() // expect error: -20003
processVariable:=5
processVariable // expect: 5
Test process variable // expect: 5
<>shared:=7
<>shared // expect: 7
ALERT("x") // expect error: -20027 ALERT
