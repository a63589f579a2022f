// Every form once
#DECLARE($o : Object; $c : Collection; ... : Text)->$r : Variant
C_LONGINT($i; $1st; <>count; vProcess)
C_TEXT(${3})
ARRAY TEXT($names; 3)
var $a; $b : Integer
var $p : Pointer:=->$names
var $d : Date:=!2024-05-06!
($a):=1
($o.x).y:=2
$p->:="x"
$p->{2}:="y"
(Get pointer("vProcess"))->+=1
<>count+=$a
vProcess:=-$a-(-$b)
$1st:=($a+$b)*2-$a/2\3%4^2
$r:=($a>1) & Not($b<=2) | ($a#$b) && ($b || $a)
$r:=$a<<2 ?+ 3 ?? 1
$r:="tab\tquote\"back\\n" *+ "x"
$r:=$r[[1]]+$names{0}+String($d; ISO date:K1:8)
$o:={name: "n"; "two words": [1; 2; {a: Null}]; f: Formula($1+This.x)}
$o["key"]:=$o.f.call($o; $a)
$o:=New object("a"; 1)
$c:=$c.map(Formula(return $1.value*2))
$a:=($b>0) ? ($a ? 1 : 2) : 3
$r:=Try($o.f())
Case of
	: ($a=1)
		$b:=2
	: ($a=2) | ($b=3)
	Else
		return
End case
If (Undefined($o))
	return Null
Else
	doSomething($a; *)
End if
For ($i; 1; 10; 2)
	For each ($o; $c; 1; 5) While ($a<10)
		continue
	End for each
End for
For each ($key; $o) Until ($key="x")
	break
End for each
While ($a<5)
	$a+=1
End while
Repeat
	$a-=1
Until ($a=0)
Use (Storage)
	Storage.x:=New shared object
End use
Try
	throw(1; "x")
Catch
	$r:=Last errors
End try
$r:=cs.Shop.me.total(${2}; $3)
$r:=4D.File.new("/PACKAGE/x")
EXECUTE METHOD("m"; $r; $a)
QUERY([Invoice:1]; [Invoice:1]No:2=1; *)
$t:=->[Invoice:1]
return $r
