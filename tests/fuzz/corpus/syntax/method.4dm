//%attributes = {}
#DECLARE($a : Text)->$r : Real
If ($a="x") & ($b#1)
	$p:=->$list{2}
	$p->:=Current date:C33+?01:00:00?
Else 
	SORT ARRAY($list; >)
End if 
Begin SQL
 SELECT
End SQL
QUERY([T:3]; & [T:3]F:2=1; *)
