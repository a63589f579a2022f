// commands.md 31: there is no pasteboard on a server, and putting a text there is no reason to fail
var $a : Integer
$a:=1
SET TEXT TO PASTEBOARD:C523("x"+String($a))
$a:=2
$a // expect: 2
SET PICTURE TO PASTEBOARD("x") // expect error: -20027
Formula from string("1+1"; 1).call() // expect: 2
